/// What a subscriber's forwarders may send. Today that is what was wished.
@NullMarked
package io.parley.sfu.allocate;

import org.jspecify.annotations.NullMarked;

/// One track to one subscriber: which layer, under which sequence numbers and timestamps.
@NullMarked
package io.parley.sfu.forward;

import org.jspecify.annotations.NullMarked;

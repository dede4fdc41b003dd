/// What a forwarded packet costs, without sockets.
@NullMarked
package io.parley.bench;

import org.jspecify.annotations.NullMarked;

/// Selective forwarding without sockets, clocks or threads: what comes from a publisher, what of it
/// each subscriber gets, and under which numbers.
@NullMarked
package io.parley.sfu;

import org.jspecify.annotations.NullMarked;

/// Turns SDP offers and answers into ORTC-like media parameters and back: m-line bookkeeping for
/// dual and single peer connections. Pure: no I/O, clock or protobuf.
@NullMarked
package io.parley.room.negotiation;

import org.jspecify.annotations.NullMarked;

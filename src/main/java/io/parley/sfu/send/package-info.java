/// The subscriber's side: send streams, their reports, and retransmissions out of the publisher's
/// ring.
@NullMarked
package io.parley.sfu.send;

import org.jspecify.annotations.NullMarked;

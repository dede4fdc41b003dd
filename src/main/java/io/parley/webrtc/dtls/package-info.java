/// DTLS 1.2 for WebRTC (RFC 5764, RFC 8827): handshakes by Bouncy Castle on threads that are given,
/// records afterwards on the loop.
@NullMarked
package io.parley.webrtc.dtls;

import org.jspecify.annotations.NullMarked;

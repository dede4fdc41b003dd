/// SCTP over DTLS (RFC 9260, 8261) with data channels (RFC 8831, 8832), without sockets, clocks or
/// threads.
@NullMarked
package io.parley.webrtc.sctp;

import org.jspecify.annotations.NullMarked;

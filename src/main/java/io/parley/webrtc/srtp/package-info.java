/// SRTP and SRTCP (RFC 3711, RFC 7714): sealing and opening of packets in place, over the JDK's
/// intrinsics, its ciphers, or jitsi-srtp.
@NullMarked
package io.parley.webrtc.srtp;

import org.jspecify.annotations.NullMarked;

package io.parley.webrtc.srtp;

/// Authenticates and decrypts what one peer sends to us, in place. Owned by its peer's media loop.
public interface SrtpOpener {
    /// Returns the length of the plain RTP packet, or a negative number: [SrtpDropReason#ofResult].
    int openRtp(byte[] buffer, int off, int length);

    /// Returns the length of the plain RTCP packet, or a negative number:
    /// [SrtpDropReason#ofResult].
    int openRtcp(byte[] buffer, int off, int length);
}

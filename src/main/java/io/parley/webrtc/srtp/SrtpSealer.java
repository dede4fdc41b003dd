package io.parley.webrtc.srtp;

/// Encrypts and authenticates what we send to one peer. Owned by its peer's media loop.
public interface SrtpSealer {
    /// Seals out of place: the head (RTP header, and possibly the rewritten first bytes of the
    /// payload) is already in `dst`, the rest of the payload comes from the publisher's ring and is
    /// copied behind it. `dst` has room for the overhead. Returns the length of the sealed packet.
    ///
    /// A packet that is sent twice (a retransmission without RTX) must be the same to the byte: the
    /// index is the nonce.
    int sealRtp(
            byte[] dst,
            int dstOff,
            int rtpHeaderLength,
            int headLength,
            byte[] payload,
            int payloadOff,
            int payloadLength);

    /// Seals a compound RTCP packet in place, with room behind it. Returns its new length.
    int sealRtcp(byte[] buffer, int off, int length);
}

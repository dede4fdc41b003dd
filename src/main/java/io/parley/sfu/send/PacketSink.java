package io.parley.sfu.send;

/// Where packets towards a subscriber go: its peer seals and queues them. All bytes are borrowed
/// for the call.
public interface PacketSink {
    /// `head` starts with the RTP header, of which all `rtpHeaderLength` bytes stay in clear, and
    /// goes on to `headLength` with rewritten first bytes of the payload. The payload's rest lies
    /// in the publisher's ring.
    void sendRtp(
            byte[] head,
            int rtpHeaderLength,
            int headLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength);

    /// Whether what is sent has a way out yet.
    default boolean isOpen() {
        return true;
    }

    /// A compound, in clear.
    void sendRtcp(byte[] buffer, int offset, int length);
}

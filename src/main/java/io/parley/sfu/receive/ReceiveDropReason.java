package io.parley.sfu.receive;

/// Why a publisher's RTP packet went no further.
public enum ReceiveDropReason {
    /// SSRC 0 is libwebrtc's bandwidth probe; it only counts for transport feedback.
    PROBE,
    /// Neither declared nor explained by MID and RID extensions.
    UNKNOWN_SSRC,
    /// Names a MID or RID that was not negotiated.
    UNKNOWN_SECTION,
    /// Not among the section's payload types.
    UNKNOWN_PAYLOAD_TYPE,
    /// Larger than a ring slot.
    TOO_LARGE,
    /// Here before.
    DUPLICATE,
    /// Older than the ring reaches.
    TOO_OLD,
    /// A retransmission that is malformed, empty, or of a stream that has not begun.
    BAD_RETRANSMISSION,
    /// Padding only; its number is taken out of the forwarded sequence.
    PADDING,
    /// The numbers jumped; the stream is followed again when the next packet agrees.
    SEQUENCE_JUMP,
    /// The publisher is muted.
    MUTED
}

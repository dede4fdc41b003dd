package io.parley.webrtc.rtp;

/// Why bytes were not an RTP packet.
public enum RtpDropReason {
    /// Fewer than the twelve bytes of the fixed header.
    TOO_SHORT,
    /// The version is not 2.
    BAD_VERSION,
    /// The CSRC list runs past the end.
    CSRC_OUT_OF_BOUNDS,
    /// The header extension runs past the end.
    EXTENSION_OUT_OF_BOUNDS,
    /// The padding count is zero or larger than what follows the header.
    BAD_PADDING,
    /// A retransmission without the original sequence number (RFC 4588 §4).
    RTX_WITHOUT_ORIGINAL
}

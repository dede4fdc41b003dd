package io.parley.webrtc.srtp;

/// Why a packet was not opened. On the hot path it travels as a negative number.
public enum SrtpDropReason {
    /// The tag does not fit: tampered, of another key, or of another roll-over count.
    AUTH_FAILED,
    /// A packet with this index was opened before.
    REPLAYED,
    /// So old that the replay window has forgotten whether it was opened before.
    TOO_OLD,
    /// Shorter than its header, tag and index.
    TOO_SHORT,
    /// Not RTP version 2, or a header that does not fit into the packet.
    BAD_HEADER,
    /// SRTCP without the encryption flag, which WebRTC never sends.
    NOT_ENCRYPTED;

    private static final SrtpDropReason[] ALL = values();

    /// The negative result that stands for this reason.
    @SuppressWarnings("EnumOrdinal") // never leaves the process
    public int asResult() {
        return -(1 + ordinal());
    }

    /// The reason that a negative result of [SrtpOpener] stands for.
    public static SrtpDropReason ofResult(int result) {
        return ALL[-result - 1];
    }
}

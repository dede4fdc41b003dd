package io.parley.webrtc.srtp;

/// As much of the RTP and RTCP headers as SRTP needs (RFC 3550 §5.1, §6.4).
final class RtpHeader {
    static final int SEQUENCE_OFFSET = 2;
    static final int SSRC_OFFSET = 8;
    static final int RTCP_SSRC_OFFSET = 4;
    static final int RTCP_CLEAR_LENGTH = 8;
    static final int INVALID = -1;

    private static final int FIXED_LENGTH = 12;
    private static final int VERSION_2 = 2;

    private RtpHeader() {}

    /// Length of the header with CSRCs and extension, or [#INVALID] if it does not fit into the
    /// packet.
    static int length(byte[] packet, int off, int length) {
        if (length < FIXED_LENGTH || !isVersion2(packet[off])) {
            return INVALID;
        }
        int header = FIXED_LENGTH + 4 * (packet[off] & 0x0f);
        if ((packet[off] & 0x10) != 0) {
            if (header + 4 > length) {
                return INVALID;
            }
            header += 4 + 4 * Bytes.uint16(packet, off + header + 2);
        }
        return header <= length ? header : INVALID;
    }

    static boolean isVersion2(byte first) {
        return (first & 0xc0) >> 6 == VERSION_2;
    }
}

package io.parley.webrtc.rtcp;

import io.parley.webrtc.rtp.RtpBytes;

/// A receiver estimated maximum bitrate seen in borrowed bytes; reusable. Owned by its reader.
public final class Remb {
    static final int HEAD_BYTES = 8;

    private static final int MAX_MANTISSA = 0x3FFFF;

    private byte[] buffer = new byte[HEAD_BYTES];
    private int offset;

    /// Looks at what follows the feedback header, from the letters REMB on; false if it is not one.
    boolean wrap(byte[] b, int off, int len) {
        buffer = b;
        offset = off;
        return len >= HEAD_BYTES
                && RtpBytes.i32(b, off) == RtcpType.REMB
                && HEAD_BYTES + 4 * ssrcCount() <= len;
    }

    /// The estimate, saturated.
    public long bitrateBps() {
        int word = RtpBytes.u24(buffer, offset + 5);
        int exponent = word >> 18;
        long mantissa = word & MAX_MANTISSA;
        if (mantissa == 0) {
            return 0;
        }
        return exponent > 44 ? Long.MAX_VALUE : mantissa << exponent;
    }

    /// Number of streams it is about.
    public int ssrcCount() {
        return RtpBytes.u8(buffer, offset + 4);
    }

    /// One of the streams.
    public int ssrc(int i) {
        return RtpBytes.i32(buffer, offset + HEAD_BYTES + 4 * i);
    }

    /// Exponent (6 bits) and mantissa (18 bits) of a bitrate, rounded down.
    static int encode(long bitrateBps) {
        int exponent = Math.max(0, 64 - Long.numberOfLeadingZeros(bitrateBps) - 18);
        return (exponent << 18) | (int) (bitrateBps >>> exponent);
    }
}

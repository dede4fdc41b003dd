package io.parley.webrtc.rtcp;

import io.parley.webrtc.rtp.RtpBytes;

/// A report block seen in borrowed bytes (RFC 3550 §6.4.1); reusable. Owned by its reader.
public final class ReportBlock {
    /// Bytes of a block.
    public static final int BYTES = 24;

    private byte[] buffer = new byte[BYTES];
    private int offset;

    ReportBlock at(byte[] b, int off) {
        buffer = b;
        offset = off;
        return this;
    }

    /// The source reported about.
    public int ssrc() {
        return RtpBytes.i32(buffer, offset);
    }

    /// Packets lost since the last report, in 1/256.
    public int fractionLost() {
        return RtpBytes.u8(buffer, offset + 4);
    }

    /// Packets lost in all, signed 24 bits.
    public int cumulativeLost() {
        return (RtpBytes.u24(buffer, offset + 5) << 8) >> 8;
    }

    /// The highest sequence number received, with its cycles.
    public int extendedHighestSeq() {
        return RtpBytes.i32(buffer, offset + 8);
    }

    /// Interarrival jitter in timestamp units, unsigned.
    public int jitter() {
        return RtpBytes.i32(buffer, offset + 12);
    }

    /// The middle 32 bits of the last sender report's NTP time, 0 for none.
    public int lastSr() {
        return RtpBytes.i32(buffer, offset + 16);
    }

    /// Time since that report in 1/65536 s.
    public int delaySinceLastSr() {
        return RtpBytes.i32(buffer, offset + 20);
    }
}

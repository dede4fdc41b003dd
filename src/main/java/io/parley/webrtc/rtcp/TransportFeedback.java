package io.parley.webrtc.rtcp;

import io.parley.webrtc.rtp.RtpBytes;

/// A transport-wide congestion control feedback seen in borrowed bytes
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1); reusable. `wrap` checks all of it,
/// then `next` walks over the packets. Owned by its reader.
public final class TransportFeedback {
    /// Nanoseconds in a delta's unit.
    public static final long TICK_NS = 250_000;

    /// Delta units in the reference time's unit of 64 ms.
    public static final int TICKS_PER_REFERENCE = 256;

    static final int HEAD_BYTES = 20;
    static final int LOST = 0;
    static final int SMALL = 1;
    static final int LARGE = 2;

    private byte[] buffer = new byte[HEAD_BYTES];
    private int offset;
    private int statusCount;
    private int deltasStart;

    private int chunkAt;
    private int deltaAt;
    private int chunkLeft;
    private int chunk;
    private int index;
    private int symbol;
    private long ticks;

    /// Looks at a packet from its RTCP header on, without its padding; false when it is malformed.
    public boolean wrap(byte[] b, int off, int len) {
        if (len < HEAD_BYTES + 2) {
            return false;
        }
        buffer = b;
        offset = off;
        statusCount = RtpBytes.u16(b, off + 14);
        int end = off + len;
        int deltas = deltaBytes(end);
        boolean fits = statusCount > 0 && deltas >= 0 && deltas <= end - deltasStart;
        if (!fits) {
            statusCount = 0;
        }
        rewind();
        return fits;
    }

    /// The sender of the feedback.
    public int senderSsrc() {
        return RtpBytes.i32(buffer, offset + 4);
    }

    /// The stream the feedback names.
    public int mediaSsrc() {
        return RtpBytes.i32(buffer, offset + 8);
    }

    /// The transport-wide number of the first packet.
    public int baseSeq16() {
        return RtpBytes.u16(buffer, offset + 12);
    }

    /// Number of packets told about, the lost included.
    public int statusCount() {
        return statusCount;
    }

    /// The time all deltas start from, 24 bits in units of 64 ms of the receiver's clock; wraps.
    public int referenceTime24() {
        return RtpBytes.u24(buffer, offset + 16);
    }

    /// The feedback's own number, 8 bits.
    public int feedbackCount8() {
        return RtpBytes.u8(buffer, offset + 19);
    }

    /// Goes back before the first packet.
    public void rewind() {
        chunkAt = offset + HEAD_BYTES;
        deltaAt = deltasStart;
        chunkLeft = 0;
        index = -1;
        symbol = LOST;
        ticks = 0;
    }

    /// Goes to the next packet; false after the last.
    public boolean next() {
        if (index + 1 >= statusCount) {
            return false;
        }
        index++;
        symbol = nextSymbol();
        if (symbol == SMALL) {
            ticks += RtpBytes.u8(buffer, deltaAt);
            deltaAt += 1;
        } else if (symbol == LARGE) {
            ticks += (short) RtpBytes.u16(buffer, deltaAt);
            deltaAt += 2;
        }
        return true;
    }

    /// The number of the packet gone to.
    public int seq16() {
        return (baseSeq16() + index) & 0xFFFF;
    }

    /// True when the packet gone to has arrived.
    public boolean isReceived() {
        return symbol != LOST;
    }

    /// When the packet gone to arrived, in units of 250 µs after the reference time.
    public long ticksAfterReference() {
        return ticks;
    }

    /// Sums up the deltas the chunks ask for, and finds where they start; -1 when chunks are
    /// missing or say something reserved.
    private int deltaBytes(int end) {
        int at = offset + HEAD_BYTES;
        int left = statusCount;
        int bytes = 0;
        while (left > 0) {
            if (end - at < 2) {
                return -1;
            }
            int word = RtpBytes.u16(buffer, at);
            int inChunk = Math.min(left, capacityOf(word));
            int ofChunk = isRun(word) ? runBytes(word, inChunk) : vectorBytes(word, inChunk);
            if (ofChunk < 0) {
                return -1;
            }
            bytes += ofChunk;
            left -= inChunk;
            at += 2;
            if (inChunk == 0) {
                return -1;
            }
        }
        deltasStart = at;
        return bytes;
    }

    private static boolean isRun(int word) {
        return (word & 0x8000) == 0;
    }

    private static int capacityOf(int word) {
        if (isRun(word)) {
            return word & 0x1FFF;
        }
        return (word & 0x4000) == 0 ? 14 : 7;
    }

    private static int runBytes(int word, int count) {
        int of = (word >> 13) & 3;
        return of == 3 ? -1 : of * count;
    }

    private static int vectorBytes(int word, int count) {
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            int of = vectorSymbol(word, i);
            if (of == 3) {
                return -1;
            }
            bytes += of;
        }
        return bytes;
    }

    private static int vectorSymbol(int word, int i) {
        return (word & 0x4000) == 0 ? (word >> (13 - i)) & 1 : (word >> (12 - 2 * i)) & 3;
    }

    private int nextSymbol() {
        if (chunkLeft == 0) {
            chunk = RtpBytes.u16(buffer, chunkAt);
            chunkAt += 2;
            chunkLeft = capacityOf(chunk);
        }
        int i = capacityOf(chunk) - chunkLeft;
        chunkLeft--;
        return isRun(chunk) ? (chunk >> 13) & 3 : vectorSymbol(chunk, i);
    }
}

package io.parley.webrtc.rtcp;

import io.parley.webrtc.rtp.RtpBytes;

/// Writes a transport-wide congestion control feedback
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1); reusable, without allocation. Order:
/// `begin`, `lost` and `received` by ascending number, `finish`. Owned by its recorder.
public final class TransportFeedbackWriter {
    /// Packets that may be received in one feedback.
    public static final int MAX_RECEIVED = 256;

    private static final int MAX_RUN = 0x1FFF;
    private static final int ONE_BIT_SYMBOLS = 14;
    private static final int TWO_BIT_SYMBOLS = 7;
    private static final byte[] NOTHING = new byte[0];

    private final byte[] deltas = new byte[2 * MAX_RECEIVED];
    private final int[] pending = new int[ONE_BIT_SYMBOLS];

    private byte[] dst = NOTHING;
    private int start;
    private int at;
    private int deltaBytes;
    private int statusCount;
    private int pendingCount;
    private boolean same;
    private boolean large;

    /// Starts a feedback at `off`; the reference time is in units of 64 ms.
    public void begin(
            byte[] b,
            int off,
            int senderSsrc,
            int mediaSsrc,
            int baseSeq16,
            int referenceTime24,
            int feedbackCount8) {
        dst = b;
        start = off;
        at = off + TransportFeedback.HEAD_BYTES;
        deltaBytes = 0;
        statusCount = 0;
        pendingCount = 0;
        RtpBytes.put8(b, off, 0x80 | RtcpType.FORMAT_TRANSPORT_CC);
        RtpBytes.put8(b, off + 1, RtcpType.TRANSPORT_FEEDBACK);
        RtpBytes.put32(b, off + 4, senderSsrc);
        RtpBytes.put32(b, off + 8, mediaSsrc);
        RtpBytes.put16(b, off + 12, baseSeq16);
        RtpBytes.put24(b, off + 16, referenceTime24);
        RtpBytes.put8(b, off + 19, feedbackCount8);
    }

    /// True when a delta can be told at all: it has 16 bits.
    public static boolean fits(long deltaTicks) {
        return deltaTicks >= Short.MIN_VALUE && deltaTicks <= Short.MAX_VALUE;
    }

    /// The next `count` packets have not arrived.
    public void lost(int count) {
        statusCount += count;
        int left = count;
        while (left > 0) {
            if (isRunOf(TransportFeedback.LOST)) {
                int more = Math.min(left, MAX_RUN - pendingCount);
                pendingCount += more;
                left -= more;
            }
            if (left > 0) {
                add(TransportFeedback.LOST);
                left--;
            }
        }
    }

    /// The next packet arrived so many units of 250 µs after the one before (or the reference).
    public void received(long deltaTicks) {
        statusCount++;
        if (deltaTicks >= 0 && deltaTicks <= 0xFF) {
            add(TransportFeedback.SMALL);
            deltas[deltaBytes++] = (byte) deltaTicks;
        } else {
            add(TransportFeedback.LARGE);
            RtpBytes.put16(deltas, deltaBytes, (int) deltaTicks);
            deltaBytes += 2;
        }
    }

    /// Ends the feedback and returns its length, padding included.
    public int finish() {
        while (pendingCount > 0) {
            emit(true);
        }
        System.arraycopy(deltas, 0, dst, at, deltaBytes);
        at += deltaBytes;
        int padding = -(at - start) & 3;
        if (padding > 0) {
            RtpBytes.put24(dst, at, 0);
            at += padding;
            dst[at - 1] = (byte) padding;
            dst[start] |= 0x20;
        }
        RtpBytes.put16(dst, start + 2, (at - start) / 4 - 1);
        RtpBytes.put16(dst, start + 14, statusCount);
        return at - start;
    }

    private boolean isRunOf(int symbol) {
        return pendingCount >= ONE_BIT_SYMBOLS && same && pending[0] == symbol;
    }

    private void add(int symbol) {
        if (!hasRoom(symbol)) {
            emit(false);
        }
        if (pendingCount < ONE_BIT_SYMBOLS) {
            pending[pendingCount] = symbol;
        }
        pendingCount++;
        classify();
    }

    private boolean hasRoom(int symbol) {
        if (pendingCount < TWO_BIT_SYMBOLS) {
            return true;
        }
        if (same && pending[0] == symbol) {
            return pendingCount < MAX_RUN;
        }
        return pendingCount < ONE_BIT_SYMBOLS && !large && symbol != TransportFeedback.LARGE;
    }

    /// Only the first symbols are kept: beyond them all are the same.
    private void classify() {
        same = true;
        large = false;
        for (int i = 0; i < Math.min(pendingCount, ONE_BIT_SYMBOLS); i++) {
            same &= pending[i] == pending[0];
            large |= pending[i] == TransportFeedback.LARGE;
        }
    }

    /// Writes one chunk with as many of the pending symbols as fit; only the last may be partly
    /// used.
    private void emit(boolean isLast) {
        if (same) {
            putChunk((pending[0] << 13) | pendingCount);
            pendingCount = 0;
            return;
        }
        boolean isFull = pendingCount == ONE_BIT_SYMBOLS;
        boolean isShortTail = isLast && pendingCount > TWO_BIT_SYMBOLS;
        int bits = !large && (isFull || isShortTail) ? 1 : 2;
        int capacity = bits == 1 ? ONE_BIT_SYMBOLS : TWO_BIT_SYMBOLS;
        int taken = Math.min(capacity, pendingCount);
        int word = bits == 1 ? 0x8000 : 0xC000;
        for (int i = 0; i < taken; i++) {
            word |= pending[i] << (14 - bits * (i + 1));
        }
        putChunk(word);
        pendingCount -= taken;
        System.arraycopy(pending, taken, pending, 0, pendingCount);
        classify();
    }

    private void putChunk(int word) {
        RtpBytes.put16(dst, at, word);
        at += 2;
    }
}

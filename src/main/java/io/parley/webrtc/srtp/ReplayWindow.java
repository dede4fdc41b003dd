package io.parley.webrtc.srtp;

/// Which packet indexes of one stream were opened (RFC 3711 §3.3.2). Wider than the RFC's 64, for
/// at 1,000 packets a second those are 64 ms. Owned by its opener.
final class ReplayWindow extends SsrcTable.Stream {
    static final int SIZE = 2048;

    private static final int MASK = SIZE - 1;

    private final long[] seen = new long[SIZE / Long.SIZE];

    private long highest;

    ReplayWindow(int ssrc, long firstIndex) {
        super(ssrc);
        this.highest = firstIndex;
        mark(firstIndex);
    }

    long highest() {
        return highest;
    }

    boolean isTooOld(long index) {
        return index <= highest - SIZE;
    }

    boolean isSeen(long index) {
        return index <= highest && (word(index) & bit(index)) != 0;
    }

    /// Call only for packets that are authentic, neither too old nor seen.
    void accept(long index) {
        if (index > highest) {
            forget(highest + 1, index);
            highest = index;
        }
        mark(index);
    }

    private void forget(long from, long to) {
        long first = Math.max(from, to - MASK);
        for (long index = first; index <= to; index++) {
            seen[wordOf(index)] &= ~bit(index);
        }
    }

    private void mark(long index) {
        seen[wordOf(index)] |= bit(index);
    }

    private long word(long index) {
        return seen[wordOf(index)];
    }

    private static int wordOf(long index) {
        return (int) (index & MASK) >>> 6;
    }

    private static long bit(long index) {
        return 1L << (index & 63);
    }
}

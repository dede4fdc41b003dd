package io.parley.webrtc.sctp;

/// A SACK chunk (RFC 9260 §3.3.4).
final class SackChunk implements SctpChunk {
    private final int cumulativeTsn;
    private final long windowBytes;
    private final int[] gaps;
    private final int[] duplicates;

    /// Takes over the arrays.
    ///
    /// @param gaps pairs of first and last offset from the cumulative TSN
    SackChunk(int cumulativeTsn, long windowBytes, int[] gaps, int[] duplicates) {
        this.cumulativeTsn = cumulativeTsn;
        this.windowBytes = windowBytes;
        this.gaps = gaps;
        this.duplicates = duplicates;
    }

    static SackChunk read(WireReader in) {
        int cumulativeTsn = in.i32();
        long windowBytes = in.u32();
        int gapCount = in.u16();
        int duplicateCount = in.u16();
        if (in.remaining() < 4 * (gapCount + duplicateCount)) {
            throw new MalformedSctpException("SACK shorter than its counts");
        }
        int[] gaps = new int[2 * gapCount];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = in.u16();
        }
        int[] duplicates = new int[duplicateCount];
        for (int i = 0; i < duplicates.length; i++) {
            duplicates[i] = in.i32();
        }
        return new SackChunk(cumulativeTsn, windowBytes, gaps, duplicates);
    }

    void write(WireWriter out) {
        out.i32(cumulativeTsn);
        out.i32((int) windowBytes);
        out.u16(gaps.length / 2);
        out.u16(duplicates.length);
        for (int gap : gaps) {
            out.u16(gap);
        }
        for (int duplicate : duplicates) {
            out.i32(duplicate);
        }
    }

    int cumulativeTsn() {
        return cumulativeTsn;
    }

    long windowBytes() {
        return windowBytes;
    }

    int gapCount() {
        return gaps.length / 2;
    }

    int gapFirst(int index) {
        return gaps[2 * index];
    }

    int gapLast(int index) {
        return gaps[2 * index + 1];
    }

    int[] duplicates() {
        return duplicates.clone();
    }
}

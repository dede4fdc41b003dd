package io.parley.webrtc.srtp;

/// The highest packet index (ROC and sequence number) of one stream, and with it the guess of the
/// next packet's index (RFC 3711 §3.3.1). Owned by its sealer.
final class StreamIndex extends SsrcTable.Stream {
    private static final int SEQUENCE_BITS = 16;

    private long highest;

    StreamIndex(int ssrc, int firstSeq16) {
        super(ssrc);
        this.highest = firstSeq16;
    }

    /// The index of a packet to be sent.
    long next(int seq16) {
        long index = guess(highest, seq16);
        highest = Math.max(highest, index);
        return index;
    }

    /// The index of a packet in that round (RFC 3711 §3.3.1: 2^16 * ROC + SEQ).
    static long of(int rollOvers, int seq16) {
        return ((rollOvers & 0xffff_ffffL) << SEQUENCE_BITS) + seq16;
    }

    static int rollOvers(long index) {
        return (int) (index >>> SEQUENCE_BITS);
    }

    /// The index nearest to the highest one. Before the first roll-over there is no earlier round,
    /// so a sequence number that seems to belong to it counts as a jump ahead, as libsrtp has it.
    static long guess(long highest, int seq16) {
        long index = highest + (short) (seq16 - (int) highest);
        return index < 0 ? seq16 : index;
    }
}

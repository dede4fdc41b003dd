package io.parley.webrtc.sctp;

/// Serial numbers of the wire to ever-growing ones and back (RFC 1982).
final class Serial {
    /// Added at the start, so that unwrapped numbers never go below zero.
    private static final long EPOCH = 1L << 32;

    private Serial() {}

    static long first(int tsn) {
        return EPOCH + (tsn & 0xffff_ffffL);
    }

    /// The number nearest to `reference` that looks like `tsn` on the wire.
    static long unwrap(long reference, int tsn) {
        return reference + (tsn - (int) reference);
    }

    static long unwrap16(long reference, int ssn16) {
        return reference + (short) (ssn16 - (int) reference);
    }
}

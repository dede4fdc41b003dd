package io.parley.webrtc.rtp;

/// Extends 16-bit sequence numbers to ones that never wrap (RFC 3550 §A.1). The first number starts
/// one cycle up, so that packets sent before it never become negative. Owned by its stream.
public final class SequenceUnwrapper {
    private static final long CYCLE = 1L << 16;

    private boolean started;
    private long highest;

    /// Extends `seq16` to the nearest of the highest so far, which it may become.
    public long unwrap(int seq16) {
        long seq = peek(seq16);
        if (!started || seq > highest) {
            started = true;
            highest = seq;
        }
        return seq;
    }

    /// What `unwrap` would answer, without remembering.
    public long peek(int seq16) {
        if (!started) {
            return CYCLE + (seq16 & 0xFFFF);
        }
        return highest + (short) (seq16 - (int) highest);
    }

    /// Forgets the stream.
    public void reset() {
        started = false;
        highest = 0;
    }

    /// True once a number was seen.
    public boolean isStarted() {
        return started;
    }

    /// The highest number so far.
    public long highest() {
        return highest;
    }

    /// The 32-bit form a receiver report carries (RFC 3550 §6.4.1), its first cycle being 0.
    public int extendedHighest32() {
        return (int) (highest - CYCLE);
    }
}

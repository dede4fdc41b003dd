package io.parley.webrtc.rtp;

/// Extends 32-bit timestamps to ones that never wrap; the first starts one cycle up, so that
/// earlier ones never become negative. Owned by its stream.
public final class TimestampUnwrapper {
    private static final long CYCLE = 1L << 32;

    private boolean started;
    private long highest;

    /// Extends `timestamp` to the nearest of the highest so far, which it may become.
    public long unwrap(int timestamp) {
        long extended = peek(timestamp);
        if (!started || extended > highest) {
            started = true;
            highest = extended;
        }
        return extended;
    }

    /// What `unwrap` would answer, without remembering.
    public long peek(int timestamp) {
        if (!started) {
            return CYCLE + (timestamp & 0xFFFFFFFFL);
        }
        return highest + (timestamp - (int) highest);
    }

    /// Forgets the stream.
    public void reset() {
        started = false;
        highest = 0;
    }

    /// True once a timestamp was seen.
    public boolean isStarted() {
        return started;
    }

    /// The highest timestamp so far.
    public long highest() {
        return highest;
    }
}

package io.parley.webrtc.ortc;

/// How long a subscriber is asked to hold pictures back, in steps of 10 ms. `adapts` lets the lower
/// bound grow with the jitter that the subscriber reports.
public record PlayoutDelay(int minMs, int maxMs, boolean adapts) {
    /// The longest that 12 bits tell.
    public static final int LIMIT_MS = 40_950;

    /// Nothing is asked.
    public static final PlayoutDelay NONE = new PlayoutDelay(0, 0, false);

    public PlayoutDelay {
        maxMs = Math.clamp(maxMs, 0, LIMIT_MS);
        minMs = Math.clamp(minMs, 0, maxMs);
    }

    public boolean isWanted() {
        return maxMs > 0;
    }
}

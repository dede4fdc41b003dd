package io.parley.webrtc.sctp;

/// How long to wait for an answer (RFC 9260 §6.3.1). Owned by its Sender.
final class RetransmissionTimeout {
    static final long INITIAL_NS = 500_000_000L;
    static final long MIN_NS = 200_000_000L;

    /// Deviates: RFC 9260 has 60 s. A browser that changed its network must not wait that long;
    /// whether the peer is gone is ICE's decision, so we never give up either.
    static final long MAX_NS = 3_000_000_000L;

    /// The peer may delay its SACK by 200 ms (RFC 9260 §6.2), which is no reason to retransmit.
    private static final long MIN_VARIANCE_NS = 220_000_000L;

    private long smoothedNs;
    private long variationNs;
    private long baseNs = INITIAL_NS;
    private long timeoutNs = INITIAL_NS;

    long timeoutNs() {
        return timeoutNs;
    }

    long smoothedNs() {
        return smoothedNs;
    }

    void onRtt(long rttNs) {
        if (smoothedNs == 0) {
            smoothedNs = Math.max(1, rttNs);
            variationNs = rttNs / 2;
        } else {
            variationNs += (Math.abs(smoothedNs - rttNs) - variationNs) / 4;
            smoothedNs = Math.max(1, smoothedNs + (rttNs - smoothedNs) / 8);
        }
        long wanted = smoothedNs + Math.max(4 * variationNs, MIN_VARIANCE_NS);
        baseNs = Math.clamp(wanted, MIN_NS, MAX_NS);
        timeoutNs = baseNs;
    }

    /// Something new was acknowledged, so the path is alive and the backing off ends.
    void onProgress() {
        timeoutNs = baseNs;
    }

    void backOff() {
        timeoutNs = Math.min(timeoutNs * 2, MAX_NS);
    }
}

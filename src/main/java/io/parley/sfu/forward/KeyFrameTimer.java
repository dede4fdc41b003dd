package io.parley.sfu.forward;

/// When a forwarder that waits for a key frame asks for it next. Owned by its Forwarder.
final class KeyFrameTimer {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long MIN_NS = 200_000_000L;
    private static final long MAX_NS = 1_000_000_000L;
    private static final int NO_LAYER = -1;

    private long nextNs = NEVER;
    private int layer = NO_LAYER;

    long nextNs() {
        return nextNs;
    }

    boolean isDue(long nowNs) {
        return nowNs >= nextNs;
    }

    void stop() {
        nextNs = NEVER;
    }

    /// At once, or, where the layer may be reached without a key frame, a little later. False if
    /// that layer is being asked for already.
    boolean start(long nowNs, int wanted, boolean mayWait) {
        if (nextNs != NEVER && wanted == layer) {
            return false;
        }
        layer = wanted;
        nextNs = nowNs + (mayWait ? MIN_NS : 0);
        return true;
    }

    void again(long nowNs, long rttNs) {
        nextNs = nowNs + Math.clamp(2 * rttNs, MIN_NS, MAX_NS);
    }
}

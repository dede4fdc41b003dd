package io.parley.signal;

/// What one client may say: a burst at once, and then so much a second. Whoever never lets it
/// recover floods. Owned by its connection.
final class FrameBudget {
    private static final double NS_PER_SECOND = 1e9;

    private final InboundLimits limits;
    private double frames;
    private double bytes;
    private long lastNs;
    private long spentSinceNs = Long.MAX_VALUE;

    FrameBudget(long nowNs, InboundLimits limits) {
        this.limits = limits;
        this.lastNs = nowNs;
        this.frames = limits.burstFrames();
        this.bytes = (double) limits.burstBytes();
    }

    void onFrame(long nowNs, int size) {
        recover(nowNs);
        frames--;
        bytes -= size;
        if (frames < 1 || bytes < 1) {
            spentSinceNs = Math.min(spentSinceNs, nowNs);
        }
    }

    private void recover(long nowNs) {
        double seconds = (nowNs - lastNs) / NS_PER_SECOND;
        lastNs = nowNs;
        frames = Math.min(limits.burstFrames(), frames + seconds * limits.framesPerSecond());
        bytes =
                Math.min(
                        (double) limits.burstBytes(),
                        bytes + seconds * (double) limits.bytesPerSecond());
        if (frames >= limits.burstFrames() / 2.0 && bytes >= limits.burstBytes() / 2.0) {
            spentSinceNs = Long.MAX_VALUE;
        }
    }

    /// Whether the client has to wait, and how long from now; 0 if it has not. Not longer than the
    /// patience with it: then it has flooded, also if all came at once.
    long waitNs(long nowNs) {
        recover(nowNs);
        double ofFrames = (1 - frames) / limits.framesPerSecond();
        double ofBytes = (1 - bytes) / (double) limits.bytesPerSecond();
        long waitNs = (long) (Math.max(0, Math.max(ofFrames, ofBytes)) * NS_PER_SECOND);
        return Math.min(waitNs, limits.patience().toNanos());
    }

    /// Whether the client has gone on for too long.
    boolean isFlooded(long nowNs) {
        recover(nowNs);
        return spentSinceNs != Long.MAX_VALUE && nowNs - spentSinceNs > limits.patience().toNanos();
    }
}

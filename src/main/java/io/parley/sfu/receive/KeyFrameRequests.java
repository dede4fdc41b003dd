package io.parley.sfu.receive;

/// When to send a picture loss indication for one layer (RFC 4585 §6.3.1): throttled, remembered
/// while throttled, and repeated by itself until a layer has shown its first key frame (media.md
/// §3.7). Owned by its ReceiveStream.
///
/// Deviates: LiveKit keeps two requests of a layer apart by the throttle, so that a viewer who
/// changes layers twice, or misses the key frame, waits it out. Here the throttle bounds what a
/// layer is asked for in the long run, and a few requests may come early, no closer than the
/// source's spacing.
final class KeyFrameRequests {
    private static final long NEVER = Long.MAX_VALUE;
    private static final long SEED_INTERVAL_NS = 1_000_000_000L;
    private static final long SEED_LIFETIME_NS = 30_000_000_000L;
    private static final int BURST = 3;

    private final long throttleNs;
    private final RequestSpacing spacing;

    /// When all that was sent would be paid for at one request a throttle interval.
    private long paidAtNs;

    private long pendingAtNs = NEVER;
    private long seedAtNs = NEVER;
    private long seedEndNs;

    KeyFrameRequests(long throttleNs, RequestSpacing spacing) {
        this.throttleNs = throttleNs;
        this.spacing = spacing;
    }

    /// Somebody cannot decode. Becomes due at once or when it may.
    void onRequest(long nowNs) {
        pendingAtNs = Math.min(pendingAtNs, nowNs);
    }

    /// Nothing decodable has come yet: asks each second, for half a minute.
    void seed(long nowNs) {
        seedAtNs = nowNs;
        seedEndNs = nowNs + SEED_LIFETIME_NS;
    }

    /// A key frame is here: what was asked for before is answered.
    void onKeyFrame() {
        pendingAtNs = NEVER;
        seedAtNs = NEVER;
    }

    /// Nobody will answer any more.
    void cancel() {
        onKeyFrame();
    }

    long nextWakeNs() {
        long wantedNs = Math.min(pendingAtNs, seedAtNs);
        long paidNs = paidAtNs - (BURST - 1) * throttleNs;
        return wantedNs == NEVER ? NEVER : Math.max(wantedNs, Math.max(paidNs, spacing.freeAtNs()));
    }

    /// True when a request must leave now; it counts as sent.
    boolean takeDue(long nowNs, long rttNs) {
        if (nowNs < nextWakeNs()) {
            return false;
        }
        if (seedAtNs <= nowNs) {
            seedAtNs = nowNs + SEED_INTERVAL_NS;
            seedAtNs = seedAtNs > seedEndNs ? NEVER : seedAtNs;
        }
        pendingAtNs = NEVER;
        paidAtNs = Math.max(nowNs, paidAtNs) + throttleNs;
        spacing.onSent(nowNs, rttNs);
        return true;
    }
}

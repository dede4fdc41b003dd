package io.parley.room;

/// Which spatial layers of one encoding arrive, and how far they stay below the wanted one, on
/// average between two looks (signal.md §5.4). Layers that never came are not missed. Owned by its
/// encoding.
final class PublishedLayers {
    private int arriving;
    private int highestEver = -1;
    private int wanted = -1;
    private long lookedNs;
    private long sinceNs;
    private double distanceNs;

    void onStarted(long nowNs, int layer) {
        advance(nowNs);
        arriving |= 1 << layer;
        highestEver = Math.max(highestEver, layer);
    }

    void onStopped(long nowNs, int layer) {
        advance(nowNs);
        arriving &= ~(1 << layer);
    }

    /// The highest spatial layer that is wanted from now on, -1 for none.
    void want(long nowNs, int layer) {
        advance(nowNs);
        wanted = layer;
    }

    private void advance(long nowNs) {
        distanceNs += (double) distance() * (nowNs - sinceNs);
        sinceNs = nowNs;
    }

    private int distance() {
        int highest = Integer.SIZE - 1 - Integer.numberOfLeadingZeros(arriving);
        return Math.max(0, Math.min(wanted, highestEver) - highest);
    }

    /// Layers missing since the last look, on average.
    double takeDistance(long nowNs) {
        advance(nowNs);
        double average = nowNs > lookedNs ? distanceNs / (nowNs - lookedNs) : 0;
        lookedNs = nowNs;
        distanceNs = 0;
        return average;
    }
}

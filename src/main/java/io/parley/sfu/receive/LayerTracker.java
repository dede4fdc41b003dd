package io.parley.sfu.receive;

/// Whether a spatial layer is being sent (media.md §3.8). Owned by its Source.
///
/// Deviates: LiveKit lets a stopped layer return after 2 to 10 s of steady packets; here one good
/// cycle or a key frame is enough, so that a viewer who asks for more gets it at once.
final class LayerTracker {
    private static final long CYCLE_NS = 500_000_000L;
    private static final long SCREEN_CYCLE_NS = 2_000_000_000L;
    private static final int MIN_PACKETS_UPPER = 5;

    private final long cycleNs;
    private final int minPackets;

    private boolean everSeen;
    private boolean live;
    private boolean paused;
    private int packets;
    private long cycleEndNs = Long.MAX_VALUE;

    LayerTracker(int spatialLayer, boolean screenShare) {
        this.cycleNs = screenShare ? SCREEN_CYCLE_NS : CYCLE_NS;
        this.minPackets = screenShare || spatialLayer == 0 ? 1 : MIN_PACKETS_UPPER;
    }

    /// Answers true when the layer starts with this packet.
    boolean onPacket(long nowNs, boolean keyFrame) {
        packets++;
        if (live || paused) {
            return false;
        }
        if (cycleEndNs == Long.MAX_VALUE) {
            cycleEndNs = nowNs + cycleNs;
            packets = 1;
        }
        if (everSeen && !keyFrame && packets < minPackets) {
            return false;
        }
        everSeen = true;
        live = true;
        return true;
    }

    /// Answers true when the layer stops.
    boolean onTime(long nowNs) {
        if (nowNs < cycleEndNs) {
            return false;
        }
        boolean enough = packets >= minPackets;
        packets = 0;
        cycleEndNs = nowNs + cycleNs;
        if (enough) {
            return false;
        }
        cycleEndNs = Long.MAX_VALUE;
        boolean stops = live;
        live = false;
        return stops;
    }

    boolean isLive() {
        return live;
    }

    long nextWakeNs() {
        return cycleEndNs;
    }

    /// A muted publisher sends nothing, which is no reason to call its layers gone.
    void pause(boolean pausedNow) {
        paused = pausedNow;
        packets = 0;
        cycleEndNs = Long.MAX_VALUE;
    }

    /// Unmuting counts afresh.
    void resume(long nowNs) {
        pause(false);
        if (live) {
            cycleEndNs = nowNs + cycleNs;
        }
    }

    void reset() {
        live = false;
        everSeen = false;
        packets = 0;
        cycleEndNs = Long.MAX_VALUE;
    }
}

package io.parley.sfu.send;

import io.parley.webrtc.ortc.PlayoutDelay;

/// Tells a subscriber for how long to hold pictures back, on every packet until a report shows that
/// one of them has arrived (media.md §4.11). Owned by its SendStream.
///
/// Deviates: LiveKit lets also losses raise the lower bound.
final class PlayoutTelling {
    private static final double JITTERS = 10;
    private static final double MAX_STEP_MS_PER_S = 80;
    private static final int UNIT_MS = 10;

    private PlayoutDelay wanted = PlayoutDelay.NONE;
    private int minMs;
    private boolean telling;
    private long toldAfterSeq;
    private long changedAtNs = -1;

    void want(PlayoutDelay delay, long highestSeq) {
        if (!delay.equals(wanted)) {
            wanted = delay;
            minMs = delay.minMs();
            telling = delay.isWanted();
            toldAfterSeq = highestSeq;
        }
    }

    boolean isTelling() {
        return telling;
    }

    int minMs() {
        return minMs;
    }

    int maxMs() {
        return wanted.maxMs();
    }

    /// Whether headers change: there is nothing more to tell, or something else.
    boolean onReport(long nowNs, long arrivedSeq, long highestSeq, double jitterMs) {
        if (!wanted.isWanted()) {
            return false;
        }
        boolean arrived = telling && arrivedSeq > toldAfterSeq && arrivedSeq <= highestSeq;
        if (arrived) {
            telling = false;
        }
        if (wanted.adapts() && adapt(nowNs, jitterMs)) {
            telling = true;
            toldAfterSeq = highestSeq;
            return true;
        }
        return arrived;
    }

    /// True when the lower bound moved by a unit or more.
    private boolean adapt(long nowNs, double jitterMs) {
        double seconds = changedAtNs < 0 ? 1 : (nowNs - changedAtNs) / 1e9;
        double most = MAX_STEP_MS_PER_S * seconds;
        double target = Math.clamp(jitterMs * JITTERS, wanted.minMs(), wanted.maxMs());
        double step = Math.clamp(target - minMs, -most, most);
        int units = (int) ((minMs + step) / UNIT_MS);
        int next = units * UNIT_MS;
        if (Math.abs(next - minMs) < UNIT_MS) {
            return false;
        }
        minMs = next;
        changedAtNs = nowNs;
        return true;
    }
}

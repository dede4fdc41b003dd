package io.parley.sfu.receive;

/// Turns per-packet levels (RFC 6464) into one smoothed number a window (media.md §3.9). Windows
/// are measured in RTP time. Owned by its Source.
final class AudioLevelWindow {
    private static final int SILENT = 127;
    private static final long MAX_FRAME_MS = 200;

    private final ReceiveSettings.Audio settings;
    private final long windowMs;
    private final int clockRate;
    private final double smoothing;

    private boolean started;
    private int lastTimestamp;
    private long observedUnits;
    private long activeUnits;
    private int loudest = SILENT;
    private double smoothed;
    private double told;
    private long staleAtNs = Long.MAX_VALUE;

    AudioLevelWindow(ReceiveSettings.Audio settings, int clockRate) {
        this.settings = settings;
        this.windowMs = settings.updateInterval().toMillis();
        this.clockRate = clockRate;
        this.smoothing = 2.0 / (settings.smoothIntervals() + 1);
    }

    /// One packet's level in -dBov. Answers true when a window ended with another level than told.
    boolean onLevel(long nowNs, int level, int timestamp) {
        staleAtNs = nowNs + 2 * windowMs * 1_000_000;
        long units = started ? Math.max(0, timestamp - lastTimestamp) : 0;
        if (started && timestamp - lastTimestamp <= 0) {
            return false;
        }
        started = true;
        lastTimestamp = timestamp;
        observedUnits += Math.min(units, MAX_FRAME_MS * clockRate / 1000);
        if (level <= settings.activeLevel()) {
            loudest = Math.min(loudest, level);
            activeUnits += Math.min(units, MAX_FRAME_MS * clockRate / 1000);
        }
        if (observedUnits * 1000 < windowMs * clockRate) {
            return false;
        }
        double activeMs = activeUnits * 1000.0 / clockRate;
        boolean enough = activeMs * 100 >= (double) windowMs * settings.minPercentile();
        double linear = enough ? linear(activeMs) : 0;
        smoothed += (linear - smoothed) * smoothing;
        restart();
        return isNews();
    }

    /// Answers true when silence is to be told because packets stopped.
    boolean onTime(long nowNs) {
        if (nowNs < staleAtNs) {
            return false;
        }
        return silence();
    }

    /// The source was muted. Answers true when that is news.
    boolean silence() {
        staleAtNs = Long.MAX_VALUE;
        started = false;
        smoothed = 0;
        restart();
        return isNews();
    }

    /// The last finished window: 0 is silent, 1 the loudest.
    double level() {
        return told;
    }

    long nextWakeNs() {
        return staleAtNs;
    }

    private double linear(double activeMs) {
        double adjusted = loudest - 20 * Math.log10(activeMs / windowMs);
        return Math.min(1, Math.pow(10, -adjusted / 20));
    }

    private boolean isNews() {
        double next = smoothed < 0.001 ? 0 : smoothed;
        boolean news = next != told;
        told = next;
        return news;
    }

    private void restart() {
        observedUnits = 0;
        activeUnits = 0;
        loudest = SILENT;
    }
}

package io.parley.room;

import java.util.HashMap;
import java.util.Map;
import livekit.LivekitModels.ConnectionQuality;

/// The score of one stream in one direction, 100 down to 20, window by window (signal.md §5.4).
/// Owned by its room's connection quality.
final class QualityScore {
    static final double MAX = 100;
    static final double NO_PACKETS = 40;
    static final double LOST = 20;
    private static final double MIN = 30;
    private static final double RISE = 0.4;
    private static final double FALL = 0.8;
    private static final double PER_LAYER = 35;
    private static final double EASY_DELAY_MS = 160;
    private static final int MODE_READINGS = 10;
    private static final int MODE_WINDOWS = 24;
    private static final int MODE_QUANTUM = 2;
    private static final int MODE_LOWEST_PPS = 10;

    private final Map<Integer, Integer> rates = new HashMap<>();
    private double score = MAX;
    private int windows;
    private int modePps;

    /// One window of one stream.
    record Window(
            double seconds,
            long packets,
            long packetsLost,
            double lossWeight,
            double layerDistance,
            double rttMs,
            double jitterMs) {}

    void onWindow(Window window) {
        double pps = window.packets / window.seconds;
        count(pps);
        double weight = window.lossWeight;
        if (modePps > 0 && pps < modePps) {
            weight *= Math.sqrt(pps / modePps);
        }
        double packets = MAX - delayEffect(window) - lossPercent(window) * weight;
        double layers = MAX - PER_LAYER * window.layerDistance;
        double result = Math.clamp(Math.min(packets, layers), MIN, MAX);
        score += (result > score ? RISE : FALL) * (result - score);
    }

    /// Nothing came though something should have.
    void onSilentWindow(boolean rtcpToo) {
        score = rtcpToo ? LOST : NO_PACKETS;
    }

    /// Muting forgives everything but a lost connection.
    void onMuted() {
        if (score > LOST) {
            score = MAX;
        }
    }

    private static double lossPercent(Window window) {
        long sent = window.packets + window.packetsLost;
        return sent == 0 ? 0 : 100.0 * Math.max(0, window.packetsLost) / sent;
    }

    private static double delayEffect(Window window) {
        double delayMs = Math.max(0, window.rttMs) / 2 + 2 * window.jitterMs;
        return delayMs <= EASY_DELAY_MS ? delayMs / 40 : (delayMs - 120) / 10;
    }

    /// The usual packet rate: the most common one, older readings counting less and less.
    private void count(double pps) {
        if (pps >= MODE_LOWEST_PPS) {
            rates.merge((int) pps / MODE_QUANTUM, 1, Integer::sum);
        }
        windows++;
        if (windows % MODE_WINDOWS != 0) {
            return;
        }
        int total = 0;
        int most = 0;
        for (var entry : rates.entrySet()) {
            total += entry.getValue();
            if (entry.getValue() > most) {
                most = entry.getValue();
                modePps = entry.getKey() * MODE_QUANTUM;
            }
        }
        if (total < MODE_READINGS) {
            modePps = 0;
        }
        rates.replaceAll((_, count) -> count / 2);
    }

    double score() {
        return score;
    }

    static ConnectionQuality quality(double score) {
        if (score > 80) {
            return ConnectionQuality.EXCELLENT;
        }
        if (score > 40) {
            return ConnectionQuality.GOOD;
        }
        return score > LOST ? ConnectionQuality.POOR : ConnectionQuality.LOST;
    }

    /// As a mean opinion score, 1 to 4.5.
    static float mos(double score) {
        double mos = 1 + 0.035 * score + 7e-6 * score * (score - 60) * (100 - score);
        return (float) Math.clamp(mos, 1, 4.5);
    }
}

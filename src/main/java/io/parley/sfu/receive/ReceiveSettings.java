package io.parley.sfu.receive;

import java.time.Duration;

/// How publishers are listened to. The defaults are LiveKit's (media.md §3).
public record ReceiveSettings(
        RingSize videoRing, RingSize audioRing, Nack nack, PliThrottle pliThrottle, Audio audio) {

    public static final ReceiveSettings DEFAULTS =
            new ReceiveSettings(
                    new RingSize(300, 500),
                    new RingSize(70, 200),
                    new Nack(
                            100,
                            5,
                            Duration.ofMillis(20),
                            Duration.ofMillis(20),
                            Duration.ofMillis(400)),
                    new PliThrottle(
                            Duration.ofMillis(500), Duration.ofSeconds(1), Duration.ofSeconds(1)),
                    new Audio(35, 40, Duration.ofMillis(400), 2));

    /// Packets kept for retransmission: at first, and at most.
    public record RingSize(int start, int max) {
        public RingSize {
            if (start < 1 || max < start) {
                throw new IllegalArgumentException("ring of " + start + " to " + max);
            }
        }
    }

    /// When missing packets are asked for.
    public record Nack(
            int maxTracked,
            int maxTries,
            Duration firstDelay,
            Duration minRetry,
            Duration maxRetry) {
        long firstDelayNs() {
            return firstDelay.toNanos();
        }

        long minRetryNs() {
            return minRetry.toNanos();
        }

        long maxRetryNs() {
            return maxRetry.toNanos();
        }
    }

    /// Least distance of two key frame requests, by spatial layer.
    public record PliThrottle(Duration low, Duration middle, Duration high) {
        long intervalNs(int spatialLayer) {
            return switch (spatialLayer) {
                case 0 -> low.toNanos();
                case 1 -> middle.toNanos();
                default -> high.toNanos();
            };
        }
    }

    /// When somebody counts as speaking; `activeLevel` is in -dBov.
    public record Audio(
            int activeLevel, int minPercentile, Duration updateInterval, int smoothIntervals) {}
}

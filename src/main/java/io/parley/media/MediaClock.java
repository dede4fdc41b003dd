package io.parley.media;

/// The only clock on the packet's way. Nanoseconds count from shortly before process start, so they
/// are never negative.
final class MediaClock {
    private static final long START_NS = System.nanoTime() - 1_000_000_000L;

    private MediaClock() {}

    static long nowNs() {
        return System.nanoTime() - START_NS;
    }
}

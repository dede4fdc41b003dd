package io.parley.webrtc.rtp;

/// Distances between numbers that wrap around (RFC 1982).
public final class SeqMath {
    private SeqMath() {}

    /// How far `a` is ahead of `b`, -32768 to 32767.
    public static int distance16(int a, int b) {
        return (short) (a - b);
    }

    /// True when `a` comes after `b`.
    public static boolean isNewer16(int a, int b) {
        return distance16(a, b) > 0;
    }

    /// How far timestamp `a` is ahead of `b`.
    public static int distance32(int a, int b) {
        return a - b;
    }

    /// True when timestamp `a` comes after `b`.
    public static boolean isNewer32(int a, int b) {
        return a - b > 0;
    }
}

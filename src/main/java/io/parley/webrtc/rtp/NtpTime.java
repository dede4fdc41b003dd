package io.parley.webrtc.rtp;

/// NTP timestamps as RTCP carries them: 32 bits of seconds since 1900, 32 bits of fraction (RFC
/// 3550 §4). The number is unsigned although it is held in a long.
public final class NtpTime {
    private static final long EPOCH_OFFSET_SECONDS = 2_208_988_800L;
    private static final long NS_PER_SECOND = 1_000_000_000L;

    private NtpTime() {}

    /// Nanoseconds since 1970 as NTP.
    public static long ofEpochNs(long epochNs) {
        long seconds = Math.floorDiv(epochNs, NS_PER_SECOND) + EPOCH_OFFSET_SECONDS;
        long rest = Math.floorMod(epochNs, NS_PER_SECOND);
        return (seconds << 32) | (rest << 32) / NS_PER_SECOND;
    }

    /// NTP as nanoseconds since 1970, rounded to nearest.
    public static long toEpochNs(long ntp) {
        long seconds = (ntp >>> 32) - EPOCH_OFFSET_SECONDS;
        return seconds * NS_PER_SECOND + nsOfFraction(ntp & 0xFFFFFFFFL);
    }

    /// The signed distance `a - b` in nanoseconds, for two stamps within 68 years.
    public static long differenceNs(long a, long b) {
        long difference = a - b;
        return (difference >> 32) * NS_PER_SECOND + nsOfFraction(difference & 0xFFFFFFFFL);
    }

    /// A signed distance in nanoseconds as NTP units, to be added to a stamp.
    public static long durationOfNs(long ns) {
        long seconds = Math.floorDiv(ns, NS_PER_SECOND);
        long rest = Math.floorMod(ns, NS_PER_SECOND);
        return (seconds << 32) + (rest << 32) / NS_PER_SECOND;
    }

    /// The middle 32 bits, as LSR and LRR carry them (RFC 3550 §6.4.1).
    public static int compact(long ntp) {
        return (int) (ntp >>> 16);
    }

    /// Nanoseconds in units of 1/65536 s, as DLSR and DLRR carry them.
    public static int compactOfNs(long ns) {
        return (int) (durationOfNs(ns) >>> 16);
    }

    /// Units of 1/65536 s (unsigned) in nanoseconds.
    public static long nsOfCompact(int units) {
        return ((units & 0xFFFFFFFFL) * NS_PER_SECOND + 0x8000) >> 16;
    }

    private static long nsOfFraction(long fraction) {
        return (fraction * NS_PER_SECOND + 0x80000000L) >>> 32;
    }
}

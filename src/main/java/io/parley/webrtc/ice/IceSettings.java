package io.parley.webrtc.ice;

import java.time.Duration;

/// The timers and habits of an agent. `disconnectedAfter` and `failedAfter` add up. Binding
/// requests go out every `keepalive` while nothing is heard and every `consent` otherwise, both
/// randomised by a fifth. A controlling agent waits `nominationWait` for a better pair than its
/// first working one. `dialTcp` is for clients only.
public record IceSettings(
        Duration disconnectedAfter,
        Duration failedAfter,
        Duration keepalive,
        Duration consent,
        Duration checkInterval,
        Duration nominationWait,
        boolean lite,
        boolean dialTcp,
        CandidateFilter filter) {

    public IceSettings {
        requirePositive("disconnectedAfter", disconnectedAfter);
        requirePositive("failedAfter", failedAfter);
        requirePositive("keepalive", keepalive);
        requirePositive("consent", consent);
        requirePositive("checkInterval", checkInterval);
        if (nominationWait.isNegative()) {
            throw new IllegalArgumentException("nominationWait is negative");
        }
    }

    /// LiveKit's timers (signal.md §6.2). The pace is the fastest that RFC 8445 §14.2 lets: a
    /// server has few pairs, and people wait for the first one that works.
    public static IceSettings defaults() {
        return new IceSettings(
                Duration.ofSeconds(10),
                Duration.ofSeconds(5),
                Duration.ofSeconds(2),
                Duration.ofSeconds(4),
                Duration.ofMillis(5),
                Duration.ofMillis(5),
                false,
                false,
                CandidateFilter.ALL);
    }

    public IceSettings withLite(boolean value) {
        return new IceSettings(
                disconnectedAfter,
                failedAfter,
                keepalive,
                consent,
                checkInterval,
                nominationWait,
                value,
                dialTcp,
                filter);
    }

    public IceSettings withDialTcp(boolean value) {
        return new IceSettings(
                disconnectedAfter,
                failedAfter,
                keepalive,
                consent,
                checkInterval,
                nominationWait,
                lite,
                value,
                filter);
    }

    public IceSettings withFilter(CandidateFilter value) {
        return new IceSettings(
                disconnectedAfter,
                failedAfter,
                keepalive,
                consent,
                checkInterval,
                nominationWait,
                lite,
                dialTcp,
                value);
    }

    private static void requirePositive(String name, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(name + " is not positive");
        }
    }
}

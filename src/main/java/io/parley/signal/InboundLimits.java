package io.parley.signal;

import java.time.Duration;

/// What one client may say ([FrameBudget]).
///
/// @param burstFrames and `burstBytes`: so much at once
/// @param framesPerSecond and `bytesPerSecond`: so fast it recovers
/// @param patience with a client for which it does not recover to its half
public record InboundLimits(
        int burstFrames,
        int framesPerSecond,
        long burstBytes,
        long bytesPerSecond,
        Duration patience) {
    private static final long LEAST_BYTES = 8 << 20;
    private static final long MOST_BYTES = 256 << 20;
    private static final int LARGEST_MESSAGES = 4;
    private static final int SECONDS = 10;

    /// A page that joins a room of hundreds sends some hundred frames, a flood more in a moment.
    public static InboundLimits of(int maxMessageBytes) {
        long bytes = Math.clamp((long) LARGEST_MESSAGES * maxMessageBytes, LEAST_BYTES, MOST_BYTES);
        return new InboundLimits(2000, 200, bytes, bytes / SECONDS, Duration.ofSeconds(SECONDS));
    }
}

package io.parley.room;

import livekit.LivekitModels.TimedVersion;

/// Turns the room's monotonic time into wall time for join times, versions and tokens.
public record WallTime(long epochMsAtZero) {
    private static final long NS_PER_MS = 1_000_000;
    private static final long NS_PER_US = 1_000;
    private static final long US_PER_MS = 1_000;

    public long epochMs(long nowNs) {
        return epochMsAtZero + nowNs / NS_PER_MS;
    }

    TimedVersion version(long nowNs, int ticks) {
        return TimedVersion.newBuilder()
                .setUnixMicro(epochMsAtZero * US_PER_MS + nowNs / NS_PER_US)
                .setTicks(ticks)
                .build();
    }
}

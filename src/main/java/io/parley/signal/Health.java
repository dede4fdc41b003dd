package io.parley.signal;

import java.time.Duration;
import java.time.Instant;

/// What `/` answers to load balancers: whether to send clients here. `/live` says OK as long as the
/// node answers at all.
public record Health(int status, String text) {
    public static final Health OK = new Health(200, "OK");

    /// Takes no new rooms.
    public static final Health DRAINING = new Health(503, "Draining");

    private static final Duration STALE = Duration.ofSeconds(4);

    /// Of a node that last told how it is at `toldMs`: one that cannot is cut off, or stands still.
    public static Health of(long nowMs, long toldMs) {
        return nowMs - toldMs <= STALE.toMillis()
                ? OK
                : new Health(406, "Not Ready\nNode Updated At " + Instant.ofEpochMilli(toldMs));
    }
}

package io.parley.signal;

import java.time.Instant;

/// What `/` answers to load balancers.
public record Health(int status, String text) {
    public static final Health OK = new Health(200, "OK");

    /// Takes no new rooms.
    public static final Health DRAINING = new Health(503, "Draining");

    public static Health notReady(Instant lastUpdate) {
        return new Health(406, "Not Ready\nNode Updated At " + lastUpdate);
    }
}

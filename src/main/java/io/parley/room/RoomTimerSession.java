package io.parley.room;

import org.jspecify.annotations.Nullable;

/// The one timer of a room's shell: armed for the next wake, armed again only when that changes.
/// Owned by its room's context.
final class RoomTimerSession {
    private static final long NS_PER_MS = 1_000_000;

    private final Setter setter;
    private final Runnable onTime;
    private @Nullable Runnable armed;
    private long armedNs = Timers.NEVER;

    /// Starts a timer and gives the way to cancel it.
    @FunctionalInterface
    interface Setter {
        Runnable set(long delayMs, Runnable then);
    }

    RoomTimerSession(Setter setter, Runnable onTime) {
        this.setter = setter;
        this.onTime = onTime;
    }

    void arm(long nextNs, long nowNs) {
        if (nextNs == armedNs) {
            return;
        }
        cancel();
        if (nextNs != Timers.NEVER) {
            armedNs = nextNs;
            armed =
                    setter.set(
                            Math.max(1, (nextNs - nowNs + NS_PER_MS - 1) / NS_PER_MS), this::fire);
        }
    }

    private void fire() {
        armed = null;
        armedNs = Timers.NEVER;
        onTime.run();
    }

    void cancel() {
        if (armed != null) {
            armed.run();
            armed = null;
        }
        armedNs = Timers.NEVER;
    }
}

package io.parley.scenario;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Waits for what happens on other threads, up to a deadline.
public final class Waiting {
    public static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(2);

    private Waiting() {}

    /// Until the condition holds; fails with the description at the deadline.
    public static void until(String what, BooleanSupplier condition) {
        until(() -> what, condition);
    }

    /// As above; the description is made when it fails.
    public static void until(Supplier<String> what, BooleanSupplier condition) {
        if (!within(LIMIT, condition)) {
            throw new AssertionError("not within " + LIMIT.toSeconds() + " s: " + what.get());
        }
    }

    /// Whether the condition came to hold in that time, or before somebody interrupted the wait.
    public static boolean within(Duration limit, BooleanSupplier condition) {
        return within(limit, PAUSE, condition);
    }

    /// As above, for a condition that is dear to look at.
    public static boolean within(Duration limit, Duration pause, BooleanSupplier condition) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadline > 0 || Thread.currentThread().isInterrupted()) {
                return condition.getAsBoolean();
            }
            LockSupport.parkNanos(pause.toNanos());
        }
        return true;
    }
}

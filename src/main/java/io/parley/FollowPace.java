package io.parley;

import io.parley.cluster.NodeId;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/// How long a drain waits after each room, before the next one's people come to a node: who finds
/// it busy is silent for longer. Owned by the drain's thread.
final class FollowPace {
    private static final long FOLLOW_US = 200_000;

    /// Where the next node has no CPU to spare, as one that was started a moment ago and compiles.
    private static final long SLOW_FOLLOW_US = 600_000;

    private static final long LOOK_MS = 50;

    private final Time time;
    private final Predicate<NodeId> isBusy;
    private final BooleanSupplier isStopped;
    private long mostUs = Long.MAX_VALUE;

    /// What passes, and is waited for.
    interface Time {
        Time SYSTEM =
                new Time() {
                    @Override
                    public long nowNs() {
                        return System.nanoTime();
                    }

                    @Override
                    public void pause(long ms) {
                        try {
                            Thread.sleep(ms);
                        } catch (InterruptedException _) {
                            Thread.currentThread().interrupt();
                        }
                    }
                };

        long nowNs();

        void pause(long ms);
    }

    FollowPace(Time time, Predicate<NodeId> isBusy, BooleanSupplier isStopped) {
        this.time = time;
        this.isBusy = isBusy;
        this.isStopped = isStopped;
    }

    /// All can follow within that time: each has its part of it at most.
    void spread(long limitMs, int participants) {
        mostUs = TimeUnit.MILLISECONDS.toMicros(limitMs) / Math.max(1, participants);
    }

    /// Waits for so many, who follow to that node or another.
    void letFollow(int participants, NodeId next) {
        long startNs = time.nowNs();
        time.pause(TimeUnit.MICROSECONDS.toMillis(participants * Math.min(FOLLOW_US, mostUs)));
        long slowNs =
                TimeUnit.MICROSECONDS.toNanos(participants * Math.min(SLOW_FOLLOW_US, mostUs));
        while (time.nowNs() - startNs < slowNs && isBusy.test(next) && !isStopped.getAsBoolean()) {
            time.pause(LOOK_MS);
        }
    }
}

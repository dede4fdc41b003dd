package io.parley.room;

import io.parley.cluster.Fence;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/// Every timer of one room, so that the shell arms a single one. Each belongs to a participant's
/// sid, or to nobody: a fault in it ends that owner only. Those that decide who is gone wait while
/// the node is fenced: another one may own the room by now, and have everybody. Owned by its room's
/// context.
public final class Timers {
    public static final long NEVER = Long.MAX_VALUE;

    private static final long POSTPONED_NS = 500_000_000;

    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>(
                    Comparator.comparingLong((Timer timer) -> timer.atNs)
                            .thenComparingLong(timer -> timer.order));
    private final Fence fence;
    private long started;

    /// What happens when the time has come.
    @FunctionalInterface
    public interface Task {
        void run(long nowNs);
    }

    /// One armed timer.
    public final class Timer {
        private long atNs;
        private final boolean isDecision;
        private final long order;
        private final String owner;
        private final String reason;
        private final Task task;

        private Timer(long atNs, boolean isDecision, String owner, String reason, Task task) {
            this.atNs = atNs;
            this.isDecision = isDecision;
            this.order = started++;
            this.owner = owner;
            this.reason = reason;
            this.task = task;
        }

        void cancel() {
            queue.remove(this);
        }

        long atNs() {
            return atNs;
        }

        public String owner() {
            return owner;
        }

        public String reason() {
            return reason;
        }

        public void run(long nowNs) {
            task.run(nowNs);
        }
    }

    Timers(Fence fence) {
        this.fence = fence;
    }

    /// `owner` is a participant's sid, or empty for the room itself.
    Timer start(long atNs, String owner, String reason, Task task) {
        return add(new Timer(atNs, false, owner, reason, task));
    }

    /// As [#start], for the end of a participant or of the room.
    Timer startDecision(long atNs, String owner, String reason, Task task) {
        return add(new Timer(atNs, true, owner, reason, task));
    }

    private Timer add(Timer timer) {
        queue.add(timer);
        return timer;
    }

    void cancelAllOf(String owner) {
        queue.removeIf(timer -> timer.owner.equals(owner));
    }

    void cancelAll() {
        queue.clear();
    }

    public long nextWakeNs() {
        var next = queue.peek();
        return next == null ? NEVER : next.atNs;
    }

    /// For people: what the room waits for.
    public String nextWakeReason() {
        var next = queue.peek();
        return next == null ? "" : next.reason;
    }

    public int size() {
        return queue.size();
    }

    int countOf(String owner) {
        return (int) queue.stream().filter(timer -> timer.owner.equals(owner)).count();
    }

    /// Takes the next timer that is due; the caller runs it and answers for its faults.
    public @Nullable Timer pollDue(long nowNs) {
        var next = queue.peek();
        while (next != null && next.atNs <= nowNs) {
            queue.remove();
            if (!next.isDecision || !fence.isFenced()) {
                return next;
            }
            next.atNs = nowNs + POSTPONED_NS;
            queue.add(next);
            next = queue.peek();
        }
        return null;
    }
}

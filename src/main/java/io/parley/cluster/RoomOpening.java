package io.parley.cluster;

import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.locks.ReentrantLock;

/// What arrives for a room while it is being opened, in order. Shared by all threads that send to
/// the room.
final class RoomOpening {
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Delivery> waiting = new ArrayDeque<>();
    private boolean isFinished;

    RoomOpening(Delivery first) {
        waiting.add(first);
    }

    /// False if the opening is over: deliver directly.
    boolean offer(Delivery delivery) {
        lock.lock();
        try {
            return !isFinished && waiting.add(delivery);
        } finally {
            lock.unlock();
        }
    }

    Optional<Delivery> takeOrFinish() {
        lock.lock();
        try {
            var next = Optional.ofNullable(waiting.poll());
            isFinished = next.isEmpty();
            return next;
        } finally {
            lock.unlock();
        }
    }
}

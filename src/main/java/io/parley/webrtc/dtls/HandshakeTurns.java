package io.parley.webrtc.dtls;

import java.util.PriorityQueue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Lets so many handshakes compute at a time, of those that could go on the oldest first, those of
/// a group one after the other. When many begin at once, as after the death of a node, each then
/// ends when its work is done and not all of them at the end. Who waits for its peer holds nobody
/// up. Safe on any thread.
final class HandshakeTurns {
    private final ReentrantLock lock = new ReentrantLock();
    private final PriorityQueue<Turn> waiting = new PriorityQueue<>();
    private int free;
    private long begun;

    HandshakeTurns(int atOnce) {
        this.free = atOnce;
    }

    /// Of a handshake that begins now.
    Turn next(HandshakeGroup group, long nowNs) {
        lock.lock();
        try {
            long place = group.place(begun, nowNs);
            return new Turn(place, begun++);
        } finally {
            lock.unlock();
        }
    }

    /// One handshake's right to compute; used by its thread alone.
    final class Turn implements Comparable<Turn> {
        private final long place;
        private final long number;
        private final Condition granted = lock.newCondition();
        private boolean isGranted;

        private Turn(long place, long number) {
            this.place = place;
            this.number = number;
        }

        /// Waits until it may compute. Who is interrupted leaves with [#give], as everybody does.
        void take() throws InterruptedException {
            lock.lockInterruptibly();
            try {
                waiting.add(this);
                grant();
                while (!isGranted) {
                    granted.await();
                }
            } finally {
                lock.unlock();
            }
        }

        /// It waits for something else, or is over. Without a turn it does nothing.
        void give() {
            lock.lock();
            try {
                leave();
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            if (isGranted) {
                isGranted = false;
                free++;
                grant();
            } else {
                waiting.remove(this);
            }
        }

        @Override
        public int compareTo(Turn other) {
            return place == other.place
                    ? Long.compare(number, other.number)
                    : Long.compare(place, other.place);
        }
    }

    private void grant() {
        while (free > 0 && !waiting.isEmpty()) {
            Turn next = waiting.remove();
            next.isGranted = true;
            next.granted.signal();
            free--;
        }
    }
}

package io.parley.cluster;

import io.vertx.core.Future;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How much is queued on this node for each other one. The event bus queues without limit, and
/// whoever writes to a socket that takes nothing would fill the memory: beyond a limit nothing more
/// is queued, long before it those wait that can. Used from every thread of the node.
public final class NodePairs {
    static final int MAX_MESSAGES = 16_384;
    static final long MAX_BYTES = 32 << 20;

    /// From here on those wait that can.
    private static final int BUSY_PART = 4;

    /// From here on they are called again.
    private static final int DRAINED_PART = 8;

    private static final Logger LOG = LoggerFactory.getLogger(NodePairs.class);

    private final Map<NodeId, Pair> pairs = new ConcurrentHashMap<>();
    private final LongAdder dropped = new LongAdder();

    /// The way from this node to one other.
    private final class Pair {
        private final NodeId node;
        private final AtomicInteger messages = new AtomicInteger();
        private final AtomicLong bytes = new AtomicLong();
        private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
        private final AtomicBoolean isFull = new AtomicBoolean();

        Pair(NodeId node) {
            this.node = node;
        }

        boolean isBelow(int part) {
            return messages.get() < MAX_MESSAGES / part && bytes.get() < MAX_BYTES / part;
        }

        /// Several threads may exceed the limit by a message each.
        boolean take(int size) {
            if (!isBelow(1)) {
                dropped.increment();
                if (!isFull.getAndSet(true)) {
                    LOG.warn(
                            "A node takes no messages, what is for it is dropped. node={}"
                                    + " queuedMessages={} queuedBytes={}",
                            node,
                            messages,
                            bytes);
                }
                return false;
            }
            messages.incrementAndGet();
            bytes.addAndGet(size);
            return true;
        }

        void give(int size) {
            messages.decrementAndGet();
            bytes.addAndGet(-size);
            wakeIfDrained();
        }

        void await(Runnable then) {
            waiting.add(then);
            wakeIfDrained();
        }

        private void wakeIfDrained() {
            if (!isBelow(DRAINED_PART)) {
                return;
            }
            if (isFull.getAndSet(false)) {
                LOG.info("A node takes messages again. node={} droppedSoFar={}", node, dropped);
            }
            for (var next = waiting.poll(); next != null; next = waiting.poll()) {
                next.run();
            }
        }
    }

    /// Writes if the queue is not full; otherwise the future fails with UNREACHABLE at once.
    <T> Future<T> write(NodeId node, int size, Supplier<Future<T>> write) {
        var pair = of(node);
        if (!pair.take(size)) {
            return Future.failedFuture(
                    new BusFailure(
                            BusFailure.Kind.UNREACHABLE, "too much is queued for node " + node));
        }
        return write.get().andThen(_ -> pair.give(size));
    }

    /// Whether the node has kept up so far; if not, `then` runs once it has, on any thread.
    boolean isReady(NodeId node, Runnable then) {
        var pair = of(node);
        if (pair.isBelow(BUSY_PART)) {
            return true;
        }
        pair.await(then);
        return false;
    }

    private Pair of(NodeId node) {
        return pairs.computeIfAbsent(node, Pair::new);
    }

    /// What the sockets to other nodes have not taken yet, and what is not answered yet.
    public long queuedBytes() {
        return pairs.values().stream().mapToLong(pair -> pair.bytes.get()).sum();
    }

    /// Messages for nodes whose queue was full.
    public long dropped() {
        return dropped.sum();
    }
}

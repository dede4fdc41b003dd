package io.parley;

import io.parley.cluster.BusFailure;
import io.parley.cluster.NodeChoice;
import io.parley.cluster.NodeId;
import io.parley.cluster.NodeStatus;
import io.parley.cluster.Nodes;
import io.parley.cluster.Ops;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Empties a node that leaves: its rooms go to other nodes, then the clients that are connected
/// here. Without another node everybody is asked to come back. Blocks its thread until nobody is
/// left or the deadline is over; owned by that thread.
final class Drain {
    private static final Logger log = LoggerFactory.getLogger(Drain.class);

    /// Rooms that are handed over at the same time.
    private static final int ROOMS_AT_ONCE = 50;

    /// From that share of its CPU on the node that takes a room has none to spare.
    private static final double BUSY = 0.85;

    /// All rooms are gone after half of the time at the latest.
    private static final int PART = 2;

    private static final long HAND_OVER_MS = 10_000;
    private static final long LOOK_MS = 50;
    private static final long RETRY_MS = 500;
    private static final long LOG_NS = 5_000_000_000L;
    private static final long ANNOUNCE_MS = 2000;

    private final Nodes nodes;
    private final RoomHosting hosting;
    private final Consumer<String> tellConnections;
    private final Supplier<Left> left;
    private final BooleanSupplier isStopped;
    private final long deadlineNs;
    private final Semaphore permits = new Semaphore(ROOMS_AT_ONCE);
    private final AtomicBoolean failed = new AtomicBoolean();
    private final FollowPace pace;
    private int following;
    private boolean moving;
    private long nextLogNs = System.nanoTime() + LOG_NS;

    /// Who is still here.
    ///
    /// @param rooms also those that another node has by now, until their media has followed
    /// @param connections websockets, wherever their sessions live
    record Left(int rooms, int participants, int connections) {
        boolean isNobody() {
            return rooms == 0 && participants == 0 && connections == 0;
        }

        @Override
        public String toString() {
            return "rooms=%d participants=%d connections=%d"
                    .formatted(rooms, participants, connections);
        }
    }

    /// @param tellConnections an order to all who hold websockets here ([Ops])
    /// @param isStopped somebody has ended the node meanwhile
    Drain(
            Nodes nodes,
            RoomHosting hosting,
            Consumer<String> tellConnections,
            Supplier<Left> left,
            BooleanSupplier isStopped,
            Duration timeout) {
        this.nodes = nodes;
        this.hosting = hosting;
        this.tellConnections = tellConnections;
        this.left = left;
        this.isStopped = isStopped;
        this.deadlineNs = System.nanoTime() + timeout.toNanos();
        this.pace = new FollowPace(FollowPace.Time.SYSTEM, this::isBusy, isStopped);
    }

    long leftMs() {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(deadlineNs - System.nanoTime()));
    }

    /// Whether everybody had gone in time.
    ///
    /// @param announced the other nodes know that this one drains
    boolean run(Future<?> announced) {
        var before = left.get();
        log.info("draining {} timeoutMs={}", before, leftMs());
        waitFor("the announcement", announced, ANNOUNCE_MS);
        pace.spread(leftMs() / PART, before.participants());
        if (heir().isPresent()) {
            tellConnections.accept(Ops.DRAIN);
        }
        while (!left.get().isNobody() && leftMs() > 0 && !isStopped.getAsBoolean()) {
            moveRooms();
            if (!moving && hosting.openRooms().isEmpty()) {
                moving = true;
                tellConnections.accept(Ops.MOVE);
            }
            FollowPace.Time.SYSTEM.pause(failed.getAndSet(false) ? RETRY_MS : LOOK_MS);
            logProgress();
        }
        var after = left.get();
        if (after.isNobody()) {
            log.info("drained leftMs={}", leftMs());
        } else {
            log.warn("the deadline of the drain passed with somebody still here {}", after);
        }
        return after.isNobody();
    }

    private boolean isBusy(NodeId node) {
        return nodes.find(node)
                .filter(status -> status.load().machine().cpuLoad() >= BUSY)
                .isPresent();
    }

    /// Once over all rooms that are here; a room that could not go is tried again later.
    private void moveRooms() {
        for (var room : hosting.openRooms()) {
            Optional<NodeId> heir = heir();
            if (heir.isEmpty()) {
                waitFor("rooms", hosting.closeAll(), leftMs());
                return;
            }
            pace.letFollow(following, heir.get());
            following = room.participants();
            if (!acquire(1)) {
                return;
            }
            nodes.onPlaced(heir.get());
            log.debug("handing over room={} to={}", room.name(), heir.get());
            hosting.handOver(room.name(), heir.get())
                    .timeout(HAND_OVER_MS, TimeUnit.MILLISECONDS)
                    .onFailure(e -> onFailed(room, e))
                    .onComplete(_ -> permits.release());
        }
        if (acquire(ROOMS_AT_ONCE)) {
            permits.release(ROOMS_AT_ONCE);
        }
    }

    private void onFailed(RoomHosting.OpenRoom room, Throwable cause) {
        if (cause instanceof BusFailure failure && failure.kind() == BusFailure.Kind.NOT_OWNER) {
            return; // It has just ended.
        }
        failed.set(true);
        log.warn("a room was not handed over room={} cause={}", room.name(), cause.toString());
    }

    /// A node over its limits is better than none.
    private Optional<NodeId> heir() {
        return switch (nodes.choose()) {
            case NodeChoice.Chosen(NodeStatus node) -> Optional.of(node.node());
            case NodeChoice.Full(NodeStatus least) -> Optional.of(least.node());
            case NodeChoice.Nobody _ -> Optional.empty();
        };
    }

    private void logProgress() {
        if (System.nanoTime() - nextLogNs >= 0) {
            nextLogNs += LOG_NS;
            log.info("waiting for participants to exit {} leftMs={}", left.get(), leftMs());
        }
    }

    private boolean acquire(int count) {
        try {
            return permits.tryAcquire(count, leftMs(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Goes on after that time whatever became of it.
    static void waitFor(String what, Future<?> end, long limitMs) {
        try {
            end.toCompletionStage().toCompletableFuture().get(limitMs, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            log.warn("{} did not end in time cause={}", what, e.toString());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

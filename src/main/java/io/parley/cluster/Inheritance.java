package io.parley.cluster;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Takes over the rooms of dead nodes. Each survivor reads which rooms have lost their owner, and
/// claims and opens those whose heir it is ([Heirs]), some at a time. It looks again a little
/// later, for the directory's own copies may still be moving and an heir may have died too; and now
/// and then without any reason. Owned by its context.
final class Inheritance {
    private static final Logger LOG = LoggerFactory.getLogger(Inheritance.class);
    private static final List<Long> ROUNDS_MS = List.of(1L, 1000L, 3000L);
    private static final long SWEEP_MS = 10_000;

    /// So few that heartbeats get their turn on a machine that has nothing to spare.
    private static final int AT_ONCE = 8;

    private static final Duration OPENING_LIMIT = Duration.ofSeconds(10);

    private final Bus bus;
    private final HazelcastRoomDirectory directory;
    private final Fence fence;
    private final Vertx vertx;
    private final Context context;
    private final Queue<RoomName> waiting = new ArrayDeque<>();
    private final Set<RoomName> known = new HashSet<>();
    private int running;

    Inheritance(Bus bus, HazelcastRoomDirectory directory, Fence fence) {
        this.bus = bus;
        this.directory = directory;
        this.fence = fence;
        this.vertx = bus.vertx();
        this.context = ((VertxInternal) vertx).createEventLoopContext();
    }

    void start(Nodes nodes) {
        context.runOnContext(_ -> {
            nodes.onChange(this::onNode);
            vertx.setPeriodic(SWEEP_MS, _ -> round());
        });
    }

    private void onNode(NodeEvent event) {
        if (event instanceof NodeEvent.Left) {
            soon();
        }
    }

    /// Any thread.
    void soon() {
        context.runOnContext(_ -> ROUNDS_MS.forEach(ms -> vertx.setTimer(ms, _ -> round())));
    }

    private void round() {
        if (fence.isFenced()) {
            return;
        }
        directory
                .unserved()
                .onSuccess(this::onUnserved)
                .onFailure(e -> LOG.info("Orphaned rooms not found. cause={}", e.getMessage()));
    }

    private void onUnserved(List<RoomLocation> rooms) {
        for (RoomLocation at : rooms) {
            boolean isMine = at.node().equals(bus.self());
            if ((isMine || directory.heir(at.room()).equals(bus.self())) && known.add(at.room())) {
                waiting.add(at.room());
            }
        }
        while (running < AT_ONCE && !waiting.isEmpty()) {
            next();
        }
    }

    private void next() {
        var room = waiting.remove();
        running++;
        takeOver(room).onFailure(e -> onFailure(room, e)).onComplete(_ -> onDone(room));
    }

    private void onFailure(RoomName room, Throwable cause) {
        if (!fence.isFenced()) {
            LOG.warn("Room not taken over. room={} cause={}", room, cause.getMessage());
        }
    }

    private void onDone(RoomName room) {
        running--;
        known.remove(room);
        if (fence.isFenced()) {
            known.removeAll(waiting);
            waiting.clear();
        }
        if (!waiting.isEmpty()) {
            next();
        }
    }

    private Future<?> takeOver(RoomName room) {
        return directory
                .claim(room)
                .compose(at -> at.node().equals(bus.self()) ? open(at) : none());
    }

    /// Somebody else was faster, and opens it.
    private static Future<BusMessage> none() {
        return Future.succeededFuture(BusMessage.of(Ops.TAKE_OVER));
    }

    private Future<BusMessage> open(RoomLocation at) {
        var message = BusMessage.of(Ops.TAKE_OVER).withEpoch(at.epoch());
        return bus.request(bus.self(), Addresses.room(at.room()), message, OPENING_LIMIT);
    }
}

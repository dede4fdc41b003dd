package io.parley.cluster;

import io.parley.cluster.OwnRooms.OwnRoom;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares the rooms that are open here with the directory, each second and before the fence
/// falls: a room that another node owns now is closed although nobody writes to it, an entry that
/// was lost is put back, and what the entry tells about the room is kept up to date. Owned by its
/// context.
final class RoomWatch {
    private static final Logger LOG = LoggerFactory.getLogger(RoomWatch.class);
    private static final long INTERVAL_MS = 1000;
    private static final long REPORT_INTERVAL_NS = Duration.ofSeconds(2).toNanos();
    private static final Duration CLOSING_LIMIT = Duration.ofSeconds(5);

    /// After the loss of a node every entry changes; the directory has better things to do then.
    private static final int REPORTS_AT_ONCE = 500;

    private final Bus bus;
    private final HazelcastRoomDirectory directory;
    private final Fence fence;
    private final Context context;
    private final Map<RoomName, Long> reportedNs = new HashMap<>();
    private boolean isLooking;

    RoomWatch(Bus bus, HazelcastRoomDirectory directory, Fence fence) {
        this.bus = bus;
        this.directory = directory;
        this.fence = fence;
        this.context = ((VertxInternal) bus.vertx()).createEventLoopContext();
    }

    void start(Vertx vertx) {
        context.runOnContext(_ -> vertx.setPeriodic(INTERVAL_MS, _ -> onTimer()));
    }

    /// Succeeds when every own room was compared, and those that are lost are closed. Any thread.
    Future<Void> check() {
        Promise<Void> done = Promise.promise();
        context.runOnContext(_ -> look().onComplete(done::complete, done::fail));
        return done.future();
    }

    private void onTimer() {
        if (isLooking) {
            return;
        }
        isLooking = true;
        look().onFailure(e -> LOG.debug("Own rooms not compared with the directory.", e))
                .onComplete(_ -> isLooking = false);
    }

    private Future<Void> look() {
        var own = bus.rooms().all();
        reportedNs.keySet().retainAll(own.keySet());
        return own.isEmpty()
                ? Future.succeededFuture()
                : directory.entries(own.keySet()).compose(entries -> compare(own, entries));
    }

    private Future<Void> compare(
            Map<RoomName, OwnRoom> own, Map<RoomName, DirectoryEntry> entries) {
        var side = directory.side();
        List<RoomName> toReport = new ArrayList<>();
        List<Future<Void>> closing = new ArrayList<>();
        own.forEach((room, state) -> {
            var entry = entries.get(room);
            if (entry != null && entry.epoch() > state.epoch()) {
                closing.add(tell(room, state, entry));
            } else if (isStale(state, entry, side)) {
                toReport.add(room);
            }
        });
        report(own, toReport);
        return Future.join(closing).mapEmpty();
    }

    /// Missing or older than the room: lost with the nodes that kept it. Without an owner: the room
    /// is closing.
    private static boolean isStale(
            OwnRoom state, @Nullable DirectoryEntry entry, List<Integer> side) {
        if (entry == null || entry.epoch() < state.epoch()) {
            return true;
        }
        return entry.isOwned()
                && (entry.participants() != state.participants() || !entry.side().equals(side));
    }

    private void report(Map<RoomName, OwnRoom> own, List<RoomName> rooms) {
        if (fence.isFenced()) {
            return;
        }
        long nowNs = System.nanoTime();
        rooms.stream()
                .filter(room -> isDue(room, nowNs))
                .limit(REPORTS_AT_ONCE)
                .forEach(room -> {
                    reportedNs.put(room, nowNs);
                    var state = Optional.ofNullable(own.get(room));
                    state.ifPresent(s ->
                            directory
                                    .write(room, s)
                                    .onFailure(e -> LOG.debug("Not reported. room={}", room, e)));
                });
    }

    private boolean isDue(RoomName room, long nowNs) {
        Long before = reportedNs.get(room);
        return before == null || nowNs - before >= REPORT_INTERVAL_NS;
    }

    /// Whatever the room answers, it knows by then; only silence is a failure.
    private Future<Void> tell(RoomName room, OwnRoom state, DirectoryEntry entry) {
        var message = BusMessage.of(Ops.EPOCH).withEpoch(entry.epoch());
        boolean isStillMeant =
                entry.owner().equals(bus.self().value()) && entry.former() == state.epoch();
        LOG.info(
                "The directory has a later epoch for an own room. room={} epoch={} owner={}"
                        + " directory={} adopts={}",
                room,
                state.epoch(),
                entry.owner(),
                entry.epoch(),
                isStillMeant);
        var told =
                isStillMeant ? message.with(Ops.FORMER, String.valueOf(entry.former())) : message;
        return bus.request(bus.self(), Addresses.room(room), told, CLOSING_LIMIT)
                .<Void>mapEmpty()
                .recover(RoomWatch::onAnswer);
    }

    private static Future<Void> onAnswer(Throwable cause) {
        return cause instanceof BusFailure failure && failure.kind() == BusFailure.Kind.TIMEOUT
                ? Future.failedFuture(cause)
                : Future.succeededFuture();
    }
}

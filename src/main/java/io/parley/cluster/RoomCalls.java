package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Calls a room wherever it lives: looks it up, sends with its epoch, and looks again when the room
/// has moved meanwhile.
public final class RoomCalls {
    private static final int ATTEMPTS = 8;
    private static final long FIRST_PAUSE_MS = 20;
    private static final long LONGEST_PAUSE_MS = 500;

    private final Vertx vertx;
    private final Bus bus;
    private final RoomDirectory directory;

    public RoomCalls(Bus bus, RoomDirectory directory) {
        this.vertx = bus.vertx();
        this.bus = bus;
        this.directory = directory;
    }

    /// Creates the room if it does not exist.
    public Future<BusMessage> request(RoomName room, BusMessage message, Duration timeout) {
        return attempt(() -> directory.claim(room).map(Optional::of), message, timeout, 1);
    }

    /// As [#request], with a wish for the node of a new room.
    public Future<BusMessage> request(
            RoomName room, NodeId wish, BusMessage message, Duration timeout) {
        return attempt(() -> directory.claim(room, wish).map(Optional::of), message, timeout, 1);
    }

    /// Never creates the room: fails with `not_found` if it does not exist.
    public Future<BusMessage> requestExisting(RoomName room, BusMessage message, Duration timeout) {
        return attempt(() -> directory.find(room), message, timeout, 1);
    }

    public static BusFailure roomNotFound() {
        return new BusFailure(
                BusFailure.Kind.REFUSED, "not_found", "requested room does not exist", 0);
    }

    private Future<BusMessage> attempt(
            Supplier<Future<Optional<RoomLocation>>> lookUp,
            BusMessage message,
            Duration timeout,
            int number) {
        return lookUp.get()
                .compose(location -> send(location, message, timeout))
                .recover(e -> again(lookUp, message, timeout, number, e));
    }

    private Future<BusMessage> send(
            Optional<RoomLocation> location, BusMessage message, Duration timeout) {
        if (location.isEmpty()) {
            return Future.failedFuture(roomNotFound());
        }
        var at = location.get();
        return bus.request(
                at.node(), Addresses.room(at.room()), message.withEpoch(at.epoch()), timeout);
    }

    private Future<BusMessage> again(
            Supplier<Future<Optional<RoomLocation>>> lookUp,
            BusMessage message,
            Duration timeout,
            int number,
            Throwable cause) {
        if (number == ATTEMPTS || !isWorthRepeating(cause)) {
            return Future.failedFuture(cause);
        }
        long pauseMs = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << (number - 1));
        return vertx.timer(pauseMs, TimeUnit.MILLISECONDS)
                .compose(_ -> attempt(lookUp, message, timeout, number + 1));
    }

    /// Only what surely was not carried out is repeated; a request that timed out may have been.
    private static boolean isWorthRepeating(Throwable cause) {
        return cause instanceof BusFailure failure
                && switch (failure.kind()) {
                    case NOT_OWNER, NO_CONSUMER, UNREACHABLE -> true;
                    case REFUSED, TIMEOUT -> false;
                };
    }
}

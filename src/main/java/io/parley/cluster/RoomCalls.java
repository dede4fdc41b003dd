package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Calls a room wherever it lives: looks it up, sends with its epoch, and looks again when the room
/// has moved or its node has died meanwhile, as long as the caller waits.
public final class RoomCalls {
    private static final long FIRST_PAUSE_MS = 20;
    private static final long LONGEST_PAUSE_MS = 250;
    private static final int DOUBLINGS = 4;

    private final Vertx vertx;
    private final Bus bus;
    private final RoomDirectory directory;
    private final boolean isIdempotent;
    private final BooleanSupplier isAwaited;

    public RoomCalls(Bus bus, RoomDirectory directory) {
        this(bus, directory, false, () -> true);
    }

    private RoomCalls(
            Bus bus, RoomDirectory directory, boolean isIdempotent, BooleanSupplier isAwaited) {
        this.vertx = bus.vertx();
        this.bus = bus;
        this.directory = directory;
        this.isIdempotent = isIdempotent;
        this.isAwaited = isAwaited;
    }

    /// The same for requests that may be carried out twice: they are repeated also when the node
    /// died before it answered.
    public RoomCalls idempotent() {
        return new RoomCalls(bus, directory, true, isAwaited);
    }

    /// The same for a caller that may go: nothing is sent for it from then on, so that its join
    /// does not replace the one that it has made elsewhere meanwhile. Asked on the caller's
    /// context.
    public RoomCalls whileAwaited(BooleanSupplier isAwaited) {
        return new RoomCalls(bus, directory, isIdempotent, isAwaited);
    }

    /// Creates the room if it does not exist.
    public Future<BusMessage> request(RoomName room, BusMessage message, Duration timeout) {
        return attempt(new Call(() -> directory.claim(room).map(Optional::of), message, timeout));
    }

    /// As [#request], with a wish for the node of a new room.
    public Future<BusMessage> request(
            RoomName room, NodeId wish, BusMessage message, Duration timeout) {
        return attempt(
                new Call(() -> directory.claim(room, wish).map(Optional::of), message, timeout));
    }

    /// Never creates the room: fails with `not_found` if it does not exist.
    public Future<BusMessage> requestExisting(RoomName room, BusMessage message, Duration timeout) {
        return attempt(new Call(() -> directory.find(room), message, timeout));
    }

    /// As [#requestExisting], for somebody more: fails with FULL if the room's node takes nobody.
    public Future<BusMessage> requestExistingToJoin(
            RoomName room, BusMessage message, Duration timeout) {
        return attempt(new Call(() -> directory.findToJoin(room), message, timeout));
    }

    public static BusFailure roomNotFound() {
        return new BusFailure(
                BusFailure.Kind.REFUSED, "not_found", "requested room does not exist", 0);
    }

    private static BusFailure callerGone() {
        return new BusFailure(
                BusFailure.Kind.REFUSED, "canceled", "the caller has gone meanwhile", 0);
    }

    private record Call(
            Supplier<Future<Optional<RoomLocation>>> lookUp,
            BusMessage message,
            long endNs,
            int number) {
        Call(
                Supplier<Future<Optional<RoomLocation>>> lookUp,
                BusMessage message,
                Duration timeout) {
            this(lookUp, message, System.nanoTime() + timeout.toNanos(), 0);
        }

        Call next() {
            return new Call(lookUp, message, endNs, number + 1);
        }

        long remainingMs() {
            return TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
        }

        long pauseMs() {
            return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS << Math.min(number, DOUBLINGS));
        }
    }

    private Future<BusMessage> attempt(Call call) {
        return call.lookUp()
                .get()
                .timeout(Math.max(1, call.remainingMs()), TimeUnit.MILLISECONDS)
                .recover(e -> Future.failedFuture(e instanceof TimeoutException ? noLookUp() : e))
                .compose(location -> send(location, call))
                .recover(e -> again(call, e));
    }

    private static BusFailure noLookUp() {
        return new BusFailure(
                BusFailure.Kind.TIMEOUT,
                "deadline_exceeded",
                "the room directory did not answer in time",
                0);
    }

    private Future<BusMessage> send(Optional<RoomLocation> location, Call call) {
        if (!isAwaited.getAsBoolean()) {
            return Future.failedFuture(callerGone());
        }
        if (location.isEmpty()) {
            return Future.failedFuture(roomNotFound());
        }
        var at = location.get();
        return bus.request(
                at.node(),
                Addresses.room(at.room()),
                call.message().withEpoch(at.epoch()),
                Duration.ofMillis(Math.max(1, call.remainingMs())));
    }

    private Future<BusMessage> again(Call call, Throwable cause) {
        if (call.remainingMs() <= call.pauseMs() || !isWorthRepeating(cause)) {
            return Future.failedFuture(cause);
        }
        return vertx.timer(call.pauseMs(), TimeUnit.MILLISECONDS)
                .compose(_ -> attempt(call.next()));
    }

    /// What may have been carried out is repeated only if that does no harm.
    private boolean isWorthRepeating(Throwable cause) {
        return cause instanceof BusFailure failure
                && switch (failure.kind()) {
                    case NOT_OWNER, NO_CONSUMER -> true;
                    case UNREACHABLE, TIMEOUT -> isIdempotent || !failure.isInDoubt();
                    case REFUSED, FULL, NO_NODE -> false;
                };
    }
}

package io.parley.room;

import io.parley.cluster.Addresses;
import io.parley.cluster.BusConsumer;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomName;
import io.parley.media.PeerEvent;
import io.parley.room.session.ParticipantSession;
import io.parley.store.ObjectStore.StoredRoom;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One room's shell on the event bus: consumer `room.<name>`, the sessions, one timer, the time,
/// the store. No rule lives here. Owned by its context.
public final class RoomVerticle extends VerticleBase implements ParticipantSession.Shell {
    static final String DEBUG = "debug";
    private static final Logger LOG = LoggerFactory.getLogger(RoomVerticle.class);
    private static final long ZERO_NS = System.nanoTime();
    private static final WallTime WALL = new WallTime(System.currentTimeMillis());
    private static final long FAREWELL_MS = 100;
    private static final long LINGER_MS = 3000;

    private final RoomName name;
    private final RoomParts parts;
    private final RoomStoringSession storing;
    private final RoomLogSession log;
    private final RoomJoinSession joins;
    private final RoomTimerSession timer = new RoomTimerSession(this::setTimer, this::onTimer);
    private long epoch;
    private @Nullable Room room;
    private @Nullable BusConsumer consumer;

    public RoomVerticle(RoomName name, long epoch, RoomParts parts) {
        this.name = name;
        this.epoch = epoch;
        this.parts = parts;
        this.storing =
                new RoomStoringSession(
                        name.value(), epoch, parts.store(), this::setTimer, this::onStale);
        this.log = new RoomLogSession(name, epoch);
        this.joins = new RoomJoinSession(parts.bus(), epoch, this);
    }

    @Override
    public Future<?> start() {
        return parts.store().open(name.value(), epoch).map(this::open);
    }

    private Room open(StoredRoom stored) {
        var given =
                new RoomSurroundings(
                        epoch,
                        parts.settings(),
                        parts.placement().place(name.value(), this::runOnContext),
                        (sid, core) -> event -> onPeerEvent(sid, core, event),
                        parts.tokens(),
                        parts.seal(),
                        WALL,
                        parts.random(),
                        this::onRoomEvent,
                        parts.launch(),
                        parts.fence());
        var opened =
                stored.record()
                        .map(known -> Room.restore(nowNs(), known, stored, given))
                        .orElseGet(() -> Room.create(nowNs(), name.value(), given));
        room = opened;
        joins.onTakenOver(opened);
        parts.journal().record("owns", name.value(), epoch, "");
        consumer = parts.bus().consume(Addresses.room(name), this::onRequest);
        afterInput();
        return opened;
    }

    private Runnable setTimer(long delayMs, Runnable then) {
        long id = vertx.setTimer(delayMs, _ -> then.run());
        return () -> vertx.cancelTimer(id);
    }

    private void runOnContext(Runnable task) {
        context.runOnContext(_ -> task.run());
    }

    @Override
    public Future<?> stop() {
        room().close(nowNs(), RoomEvent.RoomEnd.SERVER_SHUTDOWN);
        room().letGo(nowNs());
        timer.cancel();
        return consumer == null ? Future.succeededFuture() : consumer.unregister();
    }

    private void onRequest(BusRequest request) {
        if (request.message().epoch() > epoch && !room().isClosed()) {
            onHigherEpoch(request.message());
        }
        if (parts.fence().isFenced()) {
            request.fenced();
            return;
        }
        if (room().isClosed()) {
            request.notOwner(Math.max(epoch, request.message().epoch()));
            return;
        }
        try {
            onOperation(request);
        } catch (RuntimeException e) {
            LOG.error("Request failed. room={} op={}", name, request.op(), e);
            request.fail("internal", "internal error");
        }
        afterInput();
    }

    /// A merge after a partition raises the epoch of the owner that stays; any other raise is
    /// somebody else's.
    private void onHigherEpoch(BusMessage message) {
        boolean isOurs =
                message.isOp(Ops.EPOCH)
                        && message.header(Ops.FORMER).map(Long::parseLong).orElse(0L) == epoch;
        if (!isOurs) {
            onSuperseded();
            return;
        }
        adopt(message.epoch());
    }

    private void adopt(long raised) {
        epoch = raised;
        storing.adopt(epoch, room().unsaved());
        joins.adopt(epoch);
        parts.journal().record("owns", name.value(), epoch, "raised");
        report();
    }

    /// The store knows a later epoch: another owner's, or one that a merge has given to us.
    private void onStale() {
        parts.directory()
                .find(name)
                .onComplete(
                        at -> {
                            boolean isOurs =
                                    at.filter(each -> each.node().equals(parts.bus().self()))
                                            .filter(each -> each.epoch() > epoch)
                                            .isPresent();
                            if (room().isClosed()) {
                                return;
                            }
                            if (isOurs) {
                                adopt(at.orElseThrow().epoch());
                            } else {
                                onSuperseded();
                            }
                            afterInput();
                        },
                        _ -> onSuperseded());
    }

    private void report() {
        parts.directory().report(name, epoch, room().participants().size());
    }

    private void onHandOver(BusRequest request) {
        var to = request.message().header(Ops.NODE).map(NodeId::new);
        if (to.isEmpty() || to.get().equals(parts.bus().self())) {
            request.fail("invalid_argument", "to another node, please");
            return;
        }
        new RoomHandOverSession(name, parts, storing)
                .to(to.get(), epoch, room().unsaved())
                .onComplete(
                        _ -> {
                            room().close(nowNs(), RoomEvent.RoomEnd.HANDED_OVER);
                            request.reply(BusMessage.of(Ops.HAND_OVER));
                        },
                        e -> request.fail("unavailable", "the room stays: " + e));
    }

    private void onSuperseded() {
        LOG.warn("Another node owns the room now. room={} epoch={}", name, epoch);
        room().close(nowNs(), RoomEvent.RoomEnd.SUPERSEDED);
    }

    private void onOperation(BusRequest request) {
        String op = request.op();
        if (op.equals(Ops.JOIN)) {
            joins.onJoin(room(), request);
        } else if (op.equals(Ops.CHECK)) {
            joins.onCheck(room(), request);
        } else if (op.equals(Ops.ATTACH)) {
            joins.onAttach(room(), request);
        } else if (op.equals(Ops.HAND_OVER)) {
            onHandOver(request);
        } else if (op.equals(Ops.TAKE_OVER) || op.equals(Ops.EPOCH)) {
            request.reply(BusMessage.of(op));
        } else if (op.equals(DEBUG)) {
            var tree = RoomDebug.of(room(), parts.bus().self().value(), epoch);
            request.reply(BusMessage.of(DEBUG, new JsonObject(tree).toBuffer()));
        } else if (op.startsWith(Ops.API)) {
            onApi(request, op.substring(Ops.API.length()));
        } else {
            request.fail("unimplemented", "no such operation: " + op);
        }
    }

    private void onApi(BusRequest request, String method) {
        switch (room().api().call(nowNs(), method, request.message().bytes())) {
            case RoomApi.Outcome.Answer answer -> acknowledge(request, answer);
            case RoomApi.Outcome.Failure failure -> request.fail(failure.code(), failure.text());
        }
    }

    /// What was done is in the store before anybody is told that it was: no acknowledged change is
    /// lost with its node. A node that is cut off stores it with itself alone, once nobody else is
    /// a member any more; it has fenced itself before that.
    private void acknowledge(BusRequest request, RoomApi.Outcome.Answer answer) {
        storing.flush(room().unsaved())
                .onComplete(
                        _ -> onStored(request, answer),
                        e -> request.fail("unavailable", "the change was not stored: " + e));
    }

    private void onStored(BusRequest request, RoomApi.Outcome.Answer answer) {
        if (parts.fence().isFenced()) {
            request.fail("unavailable", "this node was cut off from the others meanwhile");
            return;
        }
        parts.journal().record("ack", name.value(), epoch, request.op());
        request.reply(BusMessage.of(request.op(), answer.message().toByteArray()));
    }

    private void onPeerEvent(String sid, PeerInbox.Events core, PeerEvent event) {
        if (!room().isClosed() && room().bySid(sid) != null) {
            guard(sid, () -> core.onPeerEvent(nowNs(), event));
            afterInput();
        }
    }

    /// A fault ends its participant, or the room if it was nobody's.
    private void guard(String owner, Runnable input) {
        try {
            input.run();
        } catch (RuntimeException e) {
            LOG.error("Fault. room={} participant={}", name, owner, e);
            if (owner.isEmpty()) {
                room().close(nowNs(), RoomEvent.RoomEnd.OPEN_FAILED);
            } else {
                room().onSessionFault(nowNs(), owner);
            }
        }
    }

    /// Of a room that nobody ever used the outside hears nothing.
    private void onRoomEvent(long atNs, RoomEvent event) {
        log.onRoomEvent(atNs, event);
        if (event instanceof RoomEvent.ParticipantLeft left) {
            joins.onLeft(left.participant().getSid());
        } else if (event instanceof RoomEvent.RoomUpdated && room != null && !room.isClosed()) {
            report();
        } else if (event instanceof RoomEvent.RoomFinished finished) {
            onFinished(finished.end());
        }
        if (room == null || room.isStarted()) {
            parts.outside().onRoomEvent(atNs, event);
        }
    }

    /// For a moment it goes on answering that it is not the owner, so that callers look again
    /// instead of talking to nobody.
    private void onFinished(RoomEvent.RoomEnd end) {
        parts.journal().record("ends", name.value(), epoch, end.name());
        boolean goesOn =
                end == RoomEvent.RoomEnd.SUPERSEDED || end == RoomEvent.RoomEnd.HANDED_OVER;
        joins.closeAll();
        storing.onFinished(end, room().unsaved())
                .eventually(() -> parts.directory().release(name, parts.bus().self(), epoch))
                .onComplete(_ -> vertx.setTimer(FAREWELL_MS, _ -> onFarewell(goesOn)));
    }

    /// The name is free for another life here; media that is to move to another node has a little
    /// longer.
    private void onFarewell(boolean goesOn) {
        if (consumer != null) {
            consumer.unregister();
        }
        vertx.setTimer(goesOn ? LINGER_MS : 1, _ -> vertx.undeploy(context.deploymentID()));
    }

    @Override
    public long nowNs() {
        return System.nanoTime() - ZERO_NS;
    }

    @Override
    public void afterInput() {
        timer.arm(room().timers().nextWakeNs(), nowNs());
        storing.afterInput(room().unsaved());
        joins.afterInput();
    }

    private void onTimer() {
        for (var due = room().timers().pollDue(nowNs());
                due != null;
                due = room().timers().pollDue(nowNs())) {
            var next = due;
            guard(next.owner(), () -> next.run(nowNs()));
        }
        afterInput();
    }

    private Room room() {
        return Objects.requireNonNull(room, "the room is not open yet");
    }
}

package io.parley.signal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusConsumer;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.JoinReply;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomName;
import io.parley.cluster.WindowSize;
import io.parley.metrics.NodeMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ServerWebSocket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Function;
import livekit.LivekitInternal.StartSession;
import livekit.LivekitRtc.Pong;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client's signalling connection, from the moment it asks to join. Frames go to the session as
/// they are, answers of the session go into frames. Owned by its verticle's event loop.
final class SignalConnection {
    static final int NORMAL = 1000;
    static final int GOING_AWAY = 1001;
    static final int INVALID_PAYLOAD = 1007;
    static final int POLICY_VIOLATION = 1008;
    static final int SERVICE_RESTART = 1012;
    static final int TRY_AGAIN_LATER = 1013;

    private static final Logger LOG = LoggerFactory.getLogger(SignalConnection.class);
    private static final String INCOMING = "incoming";
    private static final String OUTGOING = "outgoing";
    private static final int FLUSH_MS = 500;
    private static final int MAX_UNANSWERED_PROBES = 2;

    private final Vertx vertx;
    private final Bus bus;
    private final SignalSettings settings;
    private final NodeMetrics metrics;
    private final StartSession session;
    private final String id;
    private final BusConsumer consumer;
    private final Queue<BusMessage> early = new ArrayDeque<>();
    private Optional<Open> open = Optional.empty();
    private boolean isOver;

    SignalConnection(
            Vertx vertx,
            Bus bus,
            SignalSettings settings,
            NodeMetrics metrics,
            StartSession session) {
        this.vertx = vertx;
        this.bus = bus;
        this.settings = settings;
        this.metrics = metrics;
        this.session = session;
        this.id = session.getConnectionId();
        this.consumer = bus.consume(Addresses.connection(id), this::onBus);
    }

    /// The room said no, or the client went away first.
    void abandon() {
        isOver = true;
        consumer.unregister();
    }

    /// The room said yes, but there is no client any more.
    void abandon(JoinReply.Accepted accepted) {
        abandon();
        tellSession(accepted, BusMessage.of(Ops.CLOSED).with(Ops.REASON, "client went away"));
    }

    /// The socket is there. Runs `onEnd` when it is gone again.
    void onUpgraded(ServerWebSocket socket, JoinReply.Accepted accepted, Runnable onEnd) {
        var opened = new Open(socket, accepted, onEnd);
        open = Optional.of(opened);
        opened.start();
        early.forEach(opened::onSession);
        early.clear();
    }

    void close(int code, String reason) {
        open.ifPresent(opened -> opened.close(code, reason));
    }

    /// The node that had the room is gone: whoever has it now is asked to go on with this
    /// websocket.
    void onOwnerLost(NodeId node, Function<BusMessage, Future<BusMessage>> room) {
        open.filter(opened -> opened.accepted.owner().equals(node))
                .ifPresent(opened -> opened.follow(room));
    }

    /// Messages may have been lost while that node did not answer.
    void onBusHealed(NodeId node) {
        open.filter(opened -> opened.accepted.owner().equals(node)).ifPresent(Open::checkNumbers);
    }

    RoomName room() {
        return new RoomName(session.getRoomName());
    }

    /// Asks the session to send its client to another node; who has not gone by then is sent away.
    void move(long patienceMs) {
        open.ifPresent(opened -> opened.move(patienceMs));
    }

    /// Whether the client could go: its session lives elsewhere, it was connected by then and not
    /// asked yet.
    boolean isMovable(NodeId self, long openedBeforeNs) {
        return !isServedBy(self)
                && open.filter(opened -> opened.isMovable(openedBeforeNs)).isPresent();
    }

    boolean isServedBy(NodeId node) {
        return open.filter(opened -> opened.accepted.owner().equals(node)).isPresent();
    }

    private void onBus(BusRequest request) {
        if (open.isPresent() && !open.get().isFollowing) {
            open.get().onSession(request.message());
        } else if (!isOver && early.size() < settings.outboundMessages()) {
            early.add(request.message());
        }
    }

    private void tellSession(JoinReply.Accepted accepted, BusMessage message) {
        if (!accepted.participantSid().isEmpty()) {
            bus.send(
                    accepted.owner(),
                    Addresses.session(accepted.participantSid()),
                    message.with(Ops.CONNECTION, id).withEpoch(accepted.epoch()));
        }
    }

    /// The connection while it has a socket.
    private final class Open {
        private final ServerWebSocket socket;
        private final Runnable onEnd;
        private final Outbox outbox;
        private final Intake intake;
        private final long timer;
        private final Queue<BusMessage> held = new ArrayDeque<>();
        private JoinReply.Accepted accepted;
        private boolean isFollowing;
        private Numbering numbering = new Numbering();
        private boolean isText;
        private boolean isClosing;
        private boolean isMoving;
        private final long openedNs = System.nanoTime();
        private long lastFrameNs = System.nanoTime();
        private int unansweredProbes;

        Open(ServerWebSocket socket, JoinReply.Accepted accepted, Runnable onEnd) {
            this.socket = socket;
            this.accepted = accepted;
            this.onEnd = onEnd;
            this.outbox =
                    new Outbox(
                            socket,
                            settings.outboundMessages(),
                            settings.outboundBytes(),
                            this::onTaken);
            this.intake =
                    new Intake(
                            vertx, socket, settings.inbound(), this::isSessionBusy, this::onFlood);
            this.timer = vertx.setPeriodic(settings.pingInterval().toMillis(), _ -> onTimer());
        }

        void start() {
            socket.binaryMessageHandler(this::onBytes);
            socket.textMessageHandler(this::onText);
            socket.pongHandler(_ -> lastFrameNs = System.nanoTime());
            socket.frameHandler(frame -> intake.onFrame(frame.binaryData().length()));
            socket.exceptionHandler(
                    e -> LOG.debug("A websocket failed. connection={} cause={}", id, e.toString()));
            socket.closeHandler(_ -> onClosed(reason()));
            begin();
        }

        private void begin() {
            if (accepted.first().length() > 0) {
                write(accepted.first(), Outbox.UNCOUNTED);
            }
            if (accepted.closeAfterFirst()) {
                close(NORMAL, "");
            }
        }

        // From the client.

        private void onBytes(Buffer bytes) {
            if (isClosing) {
                return;
            }
            isText = false;
            try {
                onRequest(SignalFrames.fromBytes(bytes), bytes);
            } catch (InvalidProtocolBufferException e) {
                onUnreadable(e);
            }
        }

        private void onText(String text) {
            if (isClosing) {
                return;
            }
            isText = true;
            try {
                var request = SignalFrames.fromText(text);
                onRequest(request, Buffer.buffer(request.toByteArray()));
            } catch (InvalidProtocolBufferException e) {
                onUnreadable(e);
            }
        }

        private void onUnreadable(InvalidProtocolBufferException cause) {
            metrics.signalMessage(INCOMING, "failure");
            LOG.debug("Unreadable signal message. connection={}", id, cause);
            close(INVALID_PAYLOAD, "unreadable message");
        }

        private void onRequest(SignalRequest request, Buffer bytes) {
            lastFrameNs = System.nanoTime();
            metrics.signalMessage(INCOMING, "success");
            long epochMs = System.currentTimeMillis();
            switch (request.getMessageCase()) {
                case PING -> {
                    write(SignalResponse.newBuilder().setPong(epochMs).build());
                    return;
                }
                case PING_REQ -> write(pong(request, epochMs));
                default -> {
                    // Everything else is the session's.
                }
            }
            toSession(BusMessage.of(Ops.SIGNAL, bytes));
        }

        private boolean isSessionBusy() {
            return numbering.isSessionBusy() || held.size() >= WindowSize.FROM_CLIENT.messages();
        }

        private void onFlood() {
            cut(Cut.FLOOD, "too many messages");
        }

        /// While the room has no owner, what the client says waits.
        private void toSession(BusMessage message) {
            if (!isFollowing) {
                sendSignal(message);
            } else if (held.size() < settings.outboundMessages()) {
                held.add(message);
            } else {
                close(SERVICE_RESTART, "node is gone");
            }
        }

        private void sendSignal(BusMessage message) {
            if (!accepted.participantSid().isEmpty()) {
                tellSession(accepted, numbering.onSignal(message));
            }
        }

        // From one owner of the room to the next.

        private void follow(Function<BusMessage, Future<BusMessage>> room) {
            if (isClosing || isFollowing || accepted.participantSid().isEmpty()) {
                return;
            }
            isFollowing = true;
            var attach =
                    BusMessage.of(Ops.ATTACH)
                            .with(Ops.CONNECTION, id)
                            .with(Ops.EDGE, bus.self().value())
                            .with(Ops.PARTICIPANT, accepted.participantSid());
            room.apply(attach)
                    .map(JoinReply::from)
                    .onComplete(
                            this::onOwnerFound,
                            _ -> close(SERVICE_RESTART, "the room has no owner"));
        }

        private void onOwnerFound(JoinReply reply) {
            switch (reply) {
                case JoinReply.Refused _ -> {
                    write(
                            SignalFrames.nothingToResume(session.getClient().getProtocol()),
                            Outbox.UNCOUNTED);
                    close(NORMAL, "");
                }
                case JoinReply.Accepted next -> onAttached(next);
            }
        }

        private void onAttached(JoinReply.Accepted next) {
            accepted = next;
            isFollowing = false;
            unansweredProbes = 0;
            numbering = new Numbering();
            if (isOver) {
                tellSession(next, BusMessage.of(Ops.CLOSED).with(Ops.REASON, "client went away"));
                return;
            }
            begin();
            early.forEach(this::onSession);
            early.clear();
            held.forEach(this::sendSignal);
            held.clear();
            intake.check();
        }

        private static SignalResponse pong(SignalRequest request, long epochMs) {
            var pong =
                    Pong.newBuilder()
                            .setLastPingTimestamp(request.getPingReq().getTimestamp())
                            .setTimestamp(epochMs);
            return SignalResponse.newBuilder().setPongResp(pong).build();
        }

        // From the session.

        private void onSession(BusMessage message) {
            if (message.epoch() != 0 && message.epoch() < accepted.epoch()) {
                LOG.debug("An earlier owner is not listened to. connection={}", id);
                return;
            }
            switch (message.op()) {
                case Ops.RESPONSE -> onResponse(message);
                case Ops.PROGRESS -> onProgress(message);
                case Ops.CLOSE ->
                        onClose(
                                (int) message.number(Ops.CLOSE_CODE).orElse(NORMAL),
                                message.header(Ops.REASON).orElse(""));
                default -> LOG.warn("Unknown message. connection={} op={}", id, message.op());
            }
        }

        private void onResponse(BusMessage message) {
            if (numbering.onResponse(message)) {
                write(message.body(), message.length());
            } else {
                onMessagesLost();
            }
        }

        private void onTaken(int size) {
            if (numbering.onTaken(size)) {
                tellSession(accepted, numbering.progress());
            }
        }

        private void onProgress(BusMessage message) {
            if (numbering.onProgress(message)) {
                intake.check();
            } else {
                onMessagesLost();
            }
        }

        private void checkNumbers() {
            if (!accepted.participantSid().isEmpty() && !isFollowing && !isClosing) {
                tellSession(accepted, numbering.check());
            }
        }

        private void onMessagesLost() {
            if (!isClosing) {
                metrics.connectionCut("loss");
                close(SERVICE_RESTART, "messages were lost");
            }
        }

        private void onClose(int code, String reason) {
            if (code == TRY_AGAIN_LATER) {
                cut(Cut.SLOW, reason);
            } else {
                close(code, reason);
            }
        }

        private void write(SignalResponse response) {
            write(Buffer.buffer(response.toByteArray()), Outbox.UNCOUNTED);
        }

        /// @param size as the session counts it
        private void write(Buffer response, int size) {
            if (isClosing) {
                return;
            }
            var frame =
                    isText
                            ? new Outbox.Frame(text(response), true, size)
                            : new Outbox.Frame(response, false, size);
            boolean isInTime = outbox.write(frame);
            metrics.signalMessage(OUTGOING, isInTime ? "success" : "failure");
            if (!isInTime) {
                cut(Cut.SLOW, "outbound queue is full");
            }
        }

        private static Buffer text(Buffer response) {
            try {
                return Buffer.buffer(SignalFrames.toText(response));
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException("the session sent no SignalResponse", e);
            }
        }

        /// The close frame may stand behind much that the client has not read: nobody waits for the
        /// client's own. Who floods is not read any more.
        private void cut(Cut why, String reason) {
            if (isOver) {
                return;
            }
            metrics.connectionCut(why.word());
            LOG.info(
                    "A client is cut off. room={} participant={} connection={} reason={}",
                    session.getRoomName(),
                    session.getIdentity(),
                    id,
                    reason);
            isClosing = true;
            intake.stop(why == Cut.FLOOD);
            end(why.code, reason);
            onClosed(why.word());
        }

        /// Closes when everything written before is out, at the latest after half a second.
        void close(int code, String reason) {
            if (isClosing) {
                return;
            }
            isClosing = true;
            intake.stop(false);
            if (outbox.isEmpty()) {
                end(code, reason);
                return;
            }
            long late = vertx.setTimer(FLUSH_MS, _ -> end(code, reason));
            outbox.whenEmpty(() -> {
                if (vertx.cancelTimer(late)) {
                    end(code, reason);
                }
            });
        }

        boolean isMovable(long openedBeforeNs) {
            return !isMoving && !isClosing && openedNs - openedBeforeNs <= 0;
        }

        void move(long patienceMs) {
            isMoving = true;
            tellSession(accepted, BusMessage.of(Ops.MOVE));
            vertx.setTimer(patienceMs, _ -> close(SERVICE_RESTART, "node is going away"));
        }

        private void end(int code, String reason) {
            isClosing = true;
            intake.stop(false);
            outbox.clear();
            if (!socket.isClosed()) {
                socket.close((short) code, reason);
            }
        }

        private String reason() {
            var code = socket.closeStatusCode();
            return code == null ? "lost" : String.valueOf(code);
        }

        private void onClosed(String reason) {
            if (isOver) {
                return;
            }
            isOver = true;
            isClosing = true;
            intake.stop(false);
            open = Optional.empty();
            vertx.cancelTimer(timer);
            consumer.unregister();
            tellSession(accepted, BusMessage.of(Ops.CLOSED).with(Ops.REASON, reason));
            onEnd.run();
        }

        private void onTimer() {
            if (isClosing) {
                return;
            }
            if (intake.isHeld()) {
                lastFrameNs = System.nanoTime();
            } else if (System.nanoTime() - lastFrameNs > settings.idleTimeout().toNanos()) {
                // Improvement #6: a client that has vanished answers no websocket ping either.
                tellSession(accepted, BusMessage.of(Ops.IDLE));
                end(GOING_AWAY, "idle");
                return;
            }
            socket.writePing(Buffer.buffer(0));
            if (!accepted.participantSid().isEmpty() && !isFollowing) {
                probe();
                checkNumbers();
            }
        }

        /// Improvement #13: without a session this connection is of no use; anything but 1000 makes
        /// clients resume at once.
        private void probe() {
            var timeout = Duration.ofMillis(settings.pingInterval().toMillis() / 2 + 1);
            bus.isConsumed(accepted.owner(), Addresses.session(accepted.participantSid()), timeout)
                    .onComplete(this::onProbed, _ -> onNoAnswer());
        }

        private void onProbed(boolean isThere) {
            unansweredProbes = 0;
            if (!isThere && !isFollowing) {
                close(SERVICE_RESTART, "session is gone");
            }
        }

        private void onNoAnswer() {
            unansweredProbes++;
            if (unansweredProbes >= MAX_UNANSWERED_PROBES && !isFollowing) {
                close(SERVICE_RESTART, "node is gone");
            }
        }
    }
}

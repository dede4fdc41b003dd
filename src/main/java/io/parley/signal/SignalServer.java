package io.parley.signal;

import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusFailure;
import io.parley.cluster.BusMessage;
import io.parley.cluster.Guid;
import io.parley.cluster.JoinReply;
import io.parley.cluster.NodeEvent;
import io.parley.cluster.NodeId;
import io.parley.cluster.Nodes;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomCalls;
import io.parley.cluster.RoomDirectory;
import io.parley.cluster.RoomName;
import io.parley.metrics.NodeMetrics;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;
import livekit.LivekitInternal.StartSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The signalling paths `/rtc`, `/rtc/v1` and their validate twins: who is valid is put to the
/// room, and only when the room has answered is anything upgraded. Owned by its verticle's event
/// loop.
public final class SignalServer implements RouteSet {
    private static final Logger LOG = LoggerFactory.getLogger(SignalServer.class);

    /// What LiveKit says here and nowhere else (server.md §1.12).
    private static final String LIMIT_REACHED = "node has exceeded its configured limit";

    private final Vertx vertx;
    private final SignalSettings settings;
    private final Bus bus;
    private final RandomGenerator random;
    private final NodeMetrics metrics;
    private final RoomCalls rooms;
    private final ConnectRules rules;
    private final Set<SignalConnection> connections = new HashSet<>();
    private final Evacuation evacuation;

    public SignalServer(
            Vertx vertx,
            SignalSettings settings,
            Bus bus,
            RoomDirectory directory,
            Nodes nodes,
            RandomGenerator random,
            NodeMetrics metrics) {
        this.vertx = vertx;
        this.settings = settings;
        this.bus = bus;
        this.random = random;
        this.metrics = metrics;
        // A join that comes twice replaces itself: it has the same connection.
        this.rooms = new RoomCalls(bus, directory).idempotent();
        this.rules = new ConnectRules(settings);
        this.evacuation = new Evacuation(vertx, bus.self(), connections);
        nodes.onChange(this::onNode);
        bus.consume(Addresses.CONNECTIONS, order -> onOrder(order.op()));
    }

    @Override
    public void mount(Router router) {
        router.route("/rtc").handler(ctx -> onConnect(ctx, false));
        router.route("/rtc/v1").handler(ctx -> onConnect(ctx, true));
        router.route("/rtc/validate").handler(ctx -> onValidate(ctx, false));
        router.route("/rtc/v1/validate").handler(ctx -> onValidate(ctx, true));
    }

    /// Clients come back at once, to another node if this one is no longer there.
    @Override
    public void close() {
        closeAll(SignalConnection.SERVICE_RESTART, "server is going away");
    }

    private void closeAll(int code, String reason) {
        Set.copyOf(connections).forEach(connection -> connection.close(code, reason));
    }

    private void onNode(NodeEvent event) {
        if (event instanceof NodeEvent.Left left) {
            for (var each : Set.copyOf(connections)) {
                each.onOwnerLost(
                        left.node(),
                        attach -> rooms.request(each.room(), attach, settings.joinTimeout()));
            }
        } else if (event instanceof NodeEvent.BusHealed(NodeId node)) {
            connections.forEach(each -> each.onBusHealed(node));
        }
    }

    private void onOrder(String op) {
        switch (op) {
            case Ops.DRAIN -> evacuation.announce();
            case Ops.MOVE -> evacuation.start();
            default -> LOG.warn("Unknown order. op={}", op);
        }
    }

    private void onEnd(SignalConnection connection) {
        metrics.websocketClosed();
        connections.remove(connection);
    }

    private void onValidate(RoutingContext ctx, boolean isV1) {
        switch (rules.check(HttpConnect.request(ctx, isV1, true), "")) {
            case ConnectOutcome.Refused no -> HttpFront.end(ctx, no.status(), no.text());
            case ConnectOutcome.Valid valid -> validateRoom(ctx, valid);
        }
    }

    /// The room itself is asked, so that both paths say the same; no room is created by it.
    private void validateRoom(RoutingContext ctx, ConnectOutcome.Valid valid) {
        var session = valid.session();
        var check = HttpConnect.joinMessage(Ops.CHECK, ctx, session, bus.self());
        rooms.requestExisting(new RoomName(session.getRoomName()), check, settings.joinTimeout())
                .map(JoinReply::from)
                .recover(e -> Future.succeededFuture(unchecked(valid, e)))
                .onSuccess(reply -> onChecked(ctx, reply));
    }

    private JoinReply unchecked(ConnectOutcome.Valid valid, Throwable cause) {
        return valid.mayCreateRoom() && isRoomMissing(cause)
                ? JoinReply.noObjection(bus.self(), 0)
                : failed(valid.session(), cause);
    }

    private static void onChecked(RoutingContext ctx, JoinReply reply) {
        switch (reply) {
            case JoinReply.Refused no -> HttpFront.end(ctx, no.status(), no.text());
            case JoinReply.Accepted _ -> HttpFront.end(ctx, 200, "success");
        }
    }

    private void onConnect(RoutingContext ctx, boolean isV1) {
        if (!HttpConnect.isUpgrade(ctx)) {
            HttpFront.end(ctx, 404, "");
            return;
        }
        String connectionId = Guid.next("CO_", random);
        switch (rules.check(HttpConnect.request(ctx, isV1, false), connectionId)) {
            case ConnectOutcome.Refused no -> {
                metrics.joined("signal_validation_failed");
                HttpFront.end(ctx, no.status(), no.text());
            }
            case ConnectOutcome.Valid valid when isToGoElsewhere(valid) -> {
                metrics.joined("signal_failed");
                HttpFront.end(ctx, Health.DRAINING.status(), "node is draining");
            }
            case ConnectOutcome.Valid valid -> join(ctx, valid);
        }
    }

    /// Who resumes here was asked to leave a moment ago, here or on another node; it tries again.
    private boolean isToGoElsewhere(ConnectOutcome.Valid valid) {
        return evacuation.letsNobodyBack() && valid.session().getReconnect();
    }

    private void join(RoutingContext ctx, ConnectOutcome.Valid valid) {
        var session = valid.session();
        var connection = new SignalConnection(vertx, bus, settings, metrics, session);
        // The upgrade comes later; without the pause the request would have ended by then.
        ctx.request().pause();
        var message = HttpConnect.joinMessage(Ops.JOIN, ctx, session, bus.self());
        ask(rooms.whileAwaited(() -> !ctx.response().closed()), valid, message)
                .map(JoinReply::from)
                .recover(e -> Future.succeededFuture(failed(session, e)))
                .onSuccess(reply -> onReply(ctx, connection, session, reply));
    }

    private Future<BusMessage> ask(RoomCalls calls, ConnectOutcome.Valid valid, BusMessage join) {
        var room = new RoomName(valid.session().getRoomName());
        // Deviates: a resume looks the room up and never creates it (#27).
        if (valid.session().getReconnect()) {
            return calls.requestExisting(room, join, settings.joinTimeout());
        }
        if (!valid.mayCreateRoom()) {
            return calls.requestExistingToJoin(room, join, settings.joinTimeout());
        }
        return calls.request(room, join, settings.joinTimeout());
    }

    private JoinReply failed(StartSession session, Throwable cause) {
        if (!(cause instanceof BusFailure failure)) {
            LOG.error("A join failed. room={}", session.getRoomName(), cause);
            return JoinReply.joinFailed("internal error");
        }
        boolean isRoomMissing = isRoomMissing(cause);
        if (isRoomMissing && session.getReconnect()) {
            var leave = SignalFrames.nothingToResume(session.getClient().getProtocol());
            return new JoinReply.Accepted("", bus.self(), 0, leave, true);
        }
        LOG.info(
                "A join failed. room={} participant={} cause={}",
                session.getRoomName(),
                session.getIdentity(),
                failure.getMessage());
        return switch (failure.kind()) {
            case REFUSED -> new JoinReply.Refused(statusOf(failure), failure.text());
            case FULL -> new JoinReply.Refused(503, LIMIT_REACHED);
            case NOT_OWNER, NO_CONSUMER, TIMEOUT, UNREACHABLE, NO_NODE ->
                    new JoinReply.Refused(503, failure.text());
        };
    }

    private static int statusOf(BusFailure refused) {
        return switch (refused.code()) {
            case "not_found" -> 404;
            case "unavailable" -> 503;
            default -> 500;
        };
    }

    private static boolean isRoomMissing(Throwable cause) {
        return cause instanceof BusFailure failure
                && failure.kind() == BusFailure.Kind.REFUSED
                && failure.code().equals("not_found");
    }

    private void onReply(
            RoutingContext ctx,
            SignalConnection connection,
            StartSession session,
            JoinReply reply) {
        switch (reply) {
            case JoinReply.Refused no -> {
                metrics.joined("signal_failed");
                connection.abandon();
                ctx.request().resume();
                if (!ctx.response().closed()) {
                    HttpFront.end(ctx, no.status(), no.text());
                }
            }
            case JoinReply.Accepted accepted -> upgrade(ctx, connection, session, accepted);
        }
    }

    private void upgrade(
            RoutingContext ctx,
            SignalConnection connection,
            StartSession session,
            JoinReply.Accepted accepted) {
        if (ctx.response().closed()) {
            metrics.joined("signal_upgrade_failed");
            connection.abandon(accepted);
            return;
        }
        ctx.request()
                .toWebSocket()
                .onSuccess(socket -> {
                    metrics.joined("signal_connected");
                    metrics.websocketOpened();
                    connections.add(connection);
                    connection.onUpgraded(socket, accepted, () -> onEnd(connection));
                })
                .onFailure(e -> {
                    metrics.joined("signal_upgrade_failed");
                    LOG.debug("No upgrade. room={}", session.getRoomName(), e);
                    connection.abandon(accepted);
                });
    }
}

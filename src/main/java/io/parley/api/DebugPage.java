package io.parley.api;

import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.NodeStatus;
import io.parley.cluster.Nodes;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomDirectory;
import io.parley.cluster.RoomLocation;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What an operator looks at when something is odd: the rooms of this node as they see themselves,
/// the cluster as this node sees it, and where the threads are. For development servers, and for a
/// port that only operators reach: nobody is asked for a token. Owned by its verticle's event loop.
public final class DebugPage {
    private static final String DEBUG = "debug";
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Bus bus;
    private final RoomDirectory directory;
    private final Nodes nodes;
    private final RoomStates states;

    public DebugPage(Bus bus, RoomDirectory directory, Nodes nodes) {
        this.bus = bus;
        this.directory = directory;
        this.nodes = nodes;
        this.states = new RoomStates(bus, PATIENCE);
    }

    public void mount(Router router) {
        router.get("/debug/rooms").handler(this::sendRooms);
        router.get("/debug/cluster").handler(this::sendCluster);
        router.post("/debug/drain").handler(this::drain);
        router.get("/debug/threads").handler(DebugPage::sendThreads);
    }

    private void sendRooms(RoutingContext ctx) {
        directory.all().compose(this::localRooms).onComplete(rooms -> send(ctx, rooms), ctx::fail);
    }

    private Future<String> localRooms(List<RoomLocation> all) {
        List<Future<JsonObject>> answers = new ArrayList<>();
        for (RoomLocation room : sorted(all)) {
            if (room.node().equals(bus.self())) {
                answers.add(room(room));
            }
        }
        return Future.join(answers).map(_ -> array(answers)).otherwise(_ -> array(answers));
    }

    /// A room that is placed here but not alive must not be brought to life by being looked at.
    private Future<JsonObject> room(RoomLocation room) {
        return bus.isConsumed(bus.self(), Addresses.room(room.room()), PATIENCE)
                .compose(isAlive ->
                        isAlive ? ask(room) : Future.succeededFuture(ClusterTree.room(room)))
                .otherwise(
                        e -> ClusterTree.room(room).put("error", String.valueOf(e.getMessage())));
    }

    private Future<JsonObject> ask(RoomLocation room) {
        BusMessage question = BusMessage.of(DEBUG).withEpoch(room.epoch());
        return bus.request(bus.self(), Addresses.room(room.room()), question, PATIENCE)
                .map(answer -> answer.body().toJsonObject());
    }

    private static String array(List<Future<JsonObject>> answers) {
        JsonArray array = new JsonArray();
        answers.forEach(answer -> array.add(answer.result()));
        return array.encodePrettily();
    }

    private void sendCluster(RoutingContext ctx) {
        directory
                .all()
                .compose(all -> states.of(sorted(all)))
                .map(this::cluster)
                .onComplete(page -> send(ctx, page), ctx::fail);
    }

    private String cluster(JsonArray rooms) {
        JsonArray nodeArray = new JsonArray();
        nodes.all().stream()
                .sorted(Comparator.comparing(NodeStatus::node))
                .forEach(node -> nodeArray.add(ClusterTree.node(node)));
        return new JsonObject()
                .put("self", bus.self().value())
                .put("nodes", nodeArray)
                .put("rooms", rooms)
                .encodePrettily();
    }

    /// The node that is asked, or the one that `node` names, leaves the cluster and ends.
    private void drain(RoutingContext ctx) {
        String wish = ctx.queryParams().get("node");
        NodeId node = wish == null || wish.isEmpty() ? bus.self() : new NodeId(wish);
        if (nodes.find(node).isEmpty()) {
            ctx.response().setStatusCode(400).end("no such node: " + node);
            return;
        }
        bus.request(node, Addresses.OPERATIONS, BusMessage.of(Ops.DRAIN), PATIENCE)
                .map(answer -> answer.body().toJsonObject().encodePrettily())
                .onComplete(
                        left -> send(ctx, left),
                        e ->
                                ctx.response()
                                        .setStatusCode(503)
                                        .end("%s does not answer: %s".formatted(node, e)));
    }

    private static List<RoomLocation> sorted(List<RoomLocation> rooms) {
        return rooms.stream().sorted(Comparator.comparing(room -> room.room().value())).toList();
    }

    private static void sendThreads(RoutingContext ctx) {
        StringBuilder page = new StringBuilder();
        Map<String, StackTraceElement[]> stacks = new TreeMap<>();
        Thread.getAllStackTraces().forEach((thread, stack) -> stacks.put(headline(thread), stack));
        stacks.forEach((headline, stack) -> {
            page.append(headline).append('\n');
            for (StackTraceElement frame : stack) {
                page.append("    at ").append(frame).append('\n');
            }
            page.append('\n');
        });
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8")
                .end(page.toString());
    }

    private static String headline(Thread thread) {
        return "%s #%d %s".formatted(thread.getName(), thread.threadId(), thread.getState());
    }

    private static void send(RoutingContext ctx, String json) {
        ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json").end(json);
    }
}

package io.parley.api;

import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomLocation;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// How the rooms of a cluster are, told by their owners: one question a node. `open` with so many
/// participants, `placed` where nobody has come yet, `silent` where the owner does not answer.
/// Stateless.
final class RoomStates {
    private final Bus bus;
    private final Duration patience;

    RoomStates(Bus bus, Duration patience) {
        this.bus = bus;
        this.patience = patience;
    }

    /// The rooms in the order given.
    Future<JsonArray> of(List<RoomLocation> rooms) {
        Map<NodeId, Future<Map<String, Integer>>> answers = new HashMap<>();
        rooms.forEach(room -> answers.computeIfAbsent(room.node(), this::ask));
        return Future.join(List.copyOf(answers.values()))
                .transform(_ -> Future.succeededFuture(merged(rooms, answers)));
    }

    /// Participants by room.
    private Future<Map<String, Integer>> ask(NodeId node) {
        return bus.request(node, Addresses.OPERATIONS, BusMessage.of(Ops.ROOMS), patience)
                .map(answer -> participants(answer.body().toJsonArray()));
    }

    private static Map<String, Integer> participants(JsonArray rooms) {
        Map<String, Integer> participants = new HashMap<>();
        for (int i = 0; i < rooms.size(); i++) {
            JsonObject room = rooms.getJsonObject(i);
            participants.put(room.getString("name"), room.getInteger("participants"));
        }
        return participants;
    }

    private static JsonArray merged(
            List<RoomLocation> rooms, Map<NodeId, Future<Map<String, Integer>>> answers) {
        var all = new JsonArray();
        for (RoomLocation room : rooms) {
            var answer = answers.get(room.node());
            all.add(
                    answer != null && answer.succeeded()
                            ? known(room, answer.result())
                            : ClusterTree.room(room).put("state", "silent"));
        }
        return all;
    }

    private static JsonObject known(RoomLocation room, Map<String, Integer> participants) {
        Integer count = participants.get(room.room().value());
        return count == null
                ? ClusterTree.room(room).put("state", "placed")
                : ClusterTree.room(room).put("state", "open").put("participants", count);
    }
}

package io.parley;

import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.Ops;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/// Answers what operators ask of this node, whichever node they have asked
/// ([io.parley.cluster.Addresses#OPERATIONS]). Any thread.
final class NodeOperations {
    private final Node node;

    NodeOperations(Node node) {
        this.node = node;
    }

    void onRequest(BusRequest request) {
        switch (request.op()) {
            case Ops.ROOMS -> request.reply(BusMessage.of(Ops.ROOMS, rooms().toBuffer()));
            case Ops.DRAIN -> {
                node.drain();
                request.reply(BusMessage.of(Ops.DRAIN, left().toBuffer()));
            }
            default -> request.fail("unimplemented", "no such operation: " + request.op());
        }
    }

    private JsonObject left() {
        var left = node.left();
        return new JsonObject()
                .put("node", node.id().value())
                .put("draining", node.isDraining())
                .put("rooms", left.rooms())
                .put("participants", left.participants())
                .put("connections", left.connections());
    }

    private JsonArray rooms() {
        var rooms = new JsonArray();
        for (RoomHosting.OpenRoom room : node.hosting().openRooms()) {
            rooms.add(
                    new JsonObject()
                            .put("name", room.name().value())
                            .put("epoch", room.epoch())
                            .put("participants", room.participants()));
        }
        return rooms;
    }
}

package io.parley;

import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.Ops;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;

/// Answers what operators ask of this node, whichever node they have asked
/// ([io.parley.cluster.Addresses#OPERATIONS]). Any thread.
final class NodeOperations {
    private final RoomHosting hosting;

    NodeOperations(RoomHosting hosting) {
        this.hosting = hosting;
    }

    void onRequest(BusRequest request) {
        switch (request.op()) {
            case Ops.ROOMS -> request.reply(BusMessage.of(Ops.ROOMS, rooms().toBuffer()));
            default -> request.fail("unimplemented", "no such operation: " + request.op());
        }
    }

    private JsonArray rooms() {
        var rooms = new JsonArray();
        for (RoomHosting.OpenRoom room : hosting.openRooms()) {
            rooms.add(
                    new JsonObject()
                            .put("name", room.name().value())
                            .put("epoch", room.epoch())
                            .put("participants", room.participants()));
        }
        return rooms;
    }
}

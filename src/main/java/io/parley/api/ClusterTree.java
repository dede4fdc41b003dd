package io.parley.api;

import io.parley.cluster.NodeStatus;
import io.parley.cluster.RoomLocation;
import io.parley.cluster.Traffic;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;

/// Nodes and rooms of a cluster as JSON, for the debug page and `list-nodes`. Pure.
final class ClusterTree {
    private ClusterTree() {}

    static JsonObject node(NodeStatus node) {
        var load = node.load();
        var machine = load.machine();
        return new JsonObject()
                .put("id", node.node().value())
                .put("state", load.state().name())
                .put("draining", load.isDraining())
                .put("ip", node.ip())
                .put("region", node.region())
                .put("startedMs", node.startedMs())
                .put("updatedMs", node.updatedMs())
                .put("heardMs", node.heardMs())
                .put("rooms", load.rooms())
                .put("participants", load.participants())
                .put("tracksIn", load.tracksIn())
                .put("tracksOut", load.tracksOut())
                .put("cpus", machine.cpus())
                .put("cpuLoad", machine.cpuLoad())
                .put("processLoad", machine.processLoad())
                .put(
                        "loadAverage",
                        JsonArray.of(
                                machine.loadAverage1(),
                                machine.loadAverage5(),
                                machine.loadAverage15()))
                .put("memoryUsed", machine.memory().used())
                .put("memoryTotal", machine.memory().total())
                .put("total", traffic(load.total()))
                .put("perSecond", traffic(load.perSecond()))
                .put("mediaLoops", new JsonArray(List.copyOf(load.mediaLoops())));
    }

    private static JsonObject traffic(Traffic traffic) {
        return new JsonObject()
                .put("packetsIn", traffic.packetsIn())
                .put("packetsOut", traffic.packetsOut())
                .put("bytesIn", traffic.bytesIn())
                .put("bytesOut", traffic.bytesOut())
                .put("nacks", traffic.nacks())
                .put("retransmitted", traffic.retransmitted());
    }

    static JsonObject room(RoomLocation room) {
        return new JsonObject()
                .put("name", room.room().value())
                .put("owner", room.node().value())
                .put("epoch", room.epoch());
    }
}

package io.parley.cluster;

import com.google.protobuf.InvalidProtocolBufferException;
import livekit.LivekitInternal.Node;
import livekit.LivekitInternal.NodeState;
import livekit.LivekitInternal.NodeStats;

/// A node's record as LiveKit's Node message, so that its times are seconds.
final class NodeRecords {
    private NodeRecords() {}

    static byte[] toBytes(NodeStatus status) {
        var load = status.load();
        return Node.newBuilder()
                .setId(status.node().value())
                .setIp(status.ip())
                .setRegion(status.region())
                .setState(load.isDraining() ? NodeState.SHUTTING_DOWN : NodeState.SERVING)
                .setStats(
                        NodeStats.newBuilder()
                                .setStartedAt(status.startedMs() / 1000)
                                .setUpdatedAt(status.updatedMs() / 1000)
                                .setNumRooms(load.rooms())
                                .setNumClients(load.participants())
                                .setNumTracksIn(load.tracksIn())
                                .setNumTracksOut(load.tracksOut()))
                .build()
                .toByteArray();
    }

    static NodeStatus from(byte[] bytes) throws InvalidProtocolBufferException {
        var node = Node.parseFrom(bytes);
        var stats = node.getStats();
        return new NodeStatus(
                new NodeId(node.getId()),
                node.getIp(),
                node.getRegion(),
                stats.getStartedAt() * 1000,
                stats.getUpdatedAt() * 1000,
                new NodeLoad(
                        stats.getNumRooms(),
                        stats.getNumClients(),
                        stats.getNumTracksIn(),
                        stats.getNumTracksOut(),
                        node.getState() == NodeState.SHUTTING_DOWN));
    }
}

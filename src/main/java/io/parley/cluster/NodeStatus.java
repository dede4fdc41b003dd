package io.parley.cluster;

import livekit.LivekitInternal.Node;

/// One node's record.
///
/// @param startedMs Unix milliseconds
/// @param updatedMs Unix milliseconds of its last report, by its own clock
/// @param heardMs Unix milliseconds at which that report was noticed, by the reader's clock; 0 if
///   nothing was heard of the node yet
public record NodeStatus(
        NodeId node,
        String ip,
        String region,
        long startedMs,
        long updatedMs,
        NodeLoad load,
        long heardMs) {
    /// Of a node that reads its own clock.
    public NodeStatus(
            NodeId node, String ip, String region, long startedMs, long updatedMs, NodeLoad load) {
        this(node, ip, region, startedMs, updatedMs, load, updatedMs);
    }

    /// A member of the cluster of which nothing more is known yet.
    static NodeStatus unheard(NodeId node) {
        return new NodeStatus(node, "", "", 0, 0, NodeLoad.STARTING, 0);
    }

    /// What LiveKit's tools know of a node.
    public Node toLiveKit() {
        return NodeRecords.node(this);
    }

    NodeStatus with(NodeLoad newLoad, long nowMs) {
        return new NodeStatus(node, ip, region, startedMs, nowMs, newLoad, nowMs);
    }

    NodeStatus withOneMoreRoom() {
        return new NodeStatus(
                node, ip, region, startedMs, updatedMs, load.withOneMoreRoom(), heardMs);
    }
}

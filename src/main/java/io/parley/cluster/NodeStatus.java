package io.parley.cluster;

import java.util.Comparator;

/// One node's record.
///
/// @param startedMs Unix milliseconds
/// @param updatedMs Unix milliseconds of its last report, by its own clock
public record NodeStatus(
        NodeId node, String ip, String region, long startedMs, long updatedMs, NodeLoad load) {
    static final Comparator<NodeStatus> BY_LOAD =
            Comparator.<NodeStatus, Boolean>comparing(s -> s.load().isDraining())
                    .thenComparingInt(s -> s.load().participants())
                    .thenComparingInt(s -> s.load().rooms())
                    .thenComparing(NodeStatus::node);

    NodeStatus with(NodeLoad newLoad, long nowMs) {
        return new NodeStatus(node, ip, region, startedMs, nowMs, newLoad);
    }
}

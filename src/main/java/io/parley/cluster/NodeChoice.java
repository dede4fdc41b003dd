package io.parley.cluster;

/// Which node a new room goes to, or why to none.
public sealed interface NodeChoice {
    record Chosen(NodeStatus node) implements NodeChoice {}

    /// Every node is over its limits.
    ///
    /// @param least the one that would have been chosen without limits
    record Full(NodeStatus least) implements NodeChoice {}

    /// No node takes rooms: all are draining.
    record Nobody() implements NodeChoice {}

    /// For whoever must have a node.
    default NodeStatus orRefuse() {
        return switch (this) {
            case Chosen(NodeStatus node) -> node;
            case Full _ -> throw BusFailure.full();
            case Nobody _ -> throw BusFailure.noNode();
        };
    }
}

package io.parley.cluster;

/// A node came or went.
public sealed interface NodeEvent {
    NodeId node();

    /// The node is new, has come back after a partition, or is counted again after it was given up.
    record Joined(NodeId node) implements NodeEvent {}

    /// The node died or left, or was given up because most nodes get no answer from it on the bus;
    /// its rooms go to their heirs.
    record Left(NodeId node) implements NodeEvent {}

    /// The cluster still counts the node as a member, but it does not answer on the bus.
    record BusFault(NodeId node) implements NodeEvent {}

    record BusHealed(NodeId node) implements NodeEvent {}
}

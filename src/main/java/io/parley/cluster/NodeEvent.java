package io.parley.cluster;

/// A node came or went.
public sealed interface NodeEvent {
    NodeId node();

    record Joined(NodeId node) implements NodeEvent {}

    /// The node died or left; its rooms are ownerless until somebody claims them.
    record Left(NodeId node) implements NodeEvent {}

    /// The cluster still counts the node as a member, but it does not answer on the bus.
    record BusFault(NodeId node) implements NodeEvent {}

    record BusHealed(NodeId node) implements NodeEvent {}
}

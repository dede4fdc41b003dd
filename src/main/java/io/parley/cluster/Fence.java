package io.parley.cluster;

/// Whether this node may decide anything about rooms. A node that was paused, or cut off from most
/// others, goes on forwarding media and decides nothing until it knows again what it owns.
@FunctionalInterface
public interface Fence {
    /// For a node without a cluster: nobody could have taken anything from it.
    Fence NONE = () -> false;

    /// Ask before each decision; cheap, from any thread.
    boolean isFenced();
}

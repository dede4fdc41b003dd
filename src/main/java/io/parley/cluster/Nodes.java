package io.parley.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// The nodes of the cluster as this node sees them, at most about a second old.
public interface Nodes {
    NodeStatus self();

    /// Every node that is alive, this one included; not those that were given up.
    List<NodeStatus> all();

    /// Tells the others how busy this node is and whether it still wants rooms; call it about each
    /// second.
    void report(NodeLoad load);

    /// As [#report], but at once: complete when the others can know.
    Future<Void> announce(NodeLoad load);

    /// Unix milliseconds of the last report that reached the others.
    long toldMs();

    /// The listener hears of nodes that come and go; it runs on the context that registers it.
    void onChange(Consumer<NodeEvent> listener);

    /// A new room was given to that node: counts at once, although its next report is up to a
    /// second away.
    void onPlaced(NodeId node);

    /// Whether the node answers on the bus; one that does not is given no rooms.
    default boolean isReachable(NodeId node) {
        return true;
    }

    default Optional<NodeStatus> find(NodeId node) {
        return all().stream().filter(s -> s.node().equals(node)).findFirst();
    }

    /// The node for a new room.
    NodeChoice choose();
}

package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What a started node has: its Vert.x, the bus, who and where everybody is, and whether it may
/// decide.
///
/// @param state what outlives rooms in the memory of the nodes; null without a cluster
public record Cluster(
        Vertx vertx,
        Bus bus,
        Nodes nodes,
        RoomDirectory rooms,
        Fence fence,
        @Nullable StateMap state) {
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    /// Tells the others that this node is about to go in good order, so that they count a majority
    /// without it at once. Call it last, before Vert.x is closed; it never fails.
    public Future<?> leave() {
        return Future.join(
                        nodes.all().stream()
                                .map(NodeStatus::node)
                                .filter(node -> !node.equals(bus.self()))
                                .map(node -> bus.sayLeaving(node, FAREWELL))
                                .toList())
                .otherwiseEmpty();
    }
}

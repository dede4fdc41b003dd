package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.impl.EventBusInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.spi.cluster.hazelcast.HazelcastClusterManager;
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

    /// Ends this node as a kill of its process would, as far as one within a process can: the
    /// others are told nothing, and only find that nobody is there. Blocks while Hazelcast ends.
    public Future<?> crash() {
        var internal = (VertxInternal) vertx;
        if (internal.clusterManager() instanceof HazelcastClusterManager manager) {
            manager.getHazelcastInstance().getLifecycleService().terminate();
        }
        // Before the rooms here end, so that nobody elsewhere hears their farewells.
        Promise<Void> silent = Promise.promise();
        ((EventBusInternal) vertx.eventBus()).close(silent);
        return silent.future().transform(_ -> vertx.close());
    }
}

package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks every other node each half second over the bus whether it is there: a node with a live
/// Hazelcast link and a dead bus port is a fault that membership does not show. Owned by the
/// context that starts it.
final class BusHeartbeat {
    private static final Logger LOG = LoggerFactory.getLogger(BusHeartbeat.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMillis(1500);
    private static final int MISSES = 3;

    private final Bus bus;
    private final Nodes nodes;
    private final Consumer<NodeEvent> listener;
    private final Map<NodeId, Integer> misses = new HashMap<>();
    private final Set<NodeId> waiting = new HashSet<>();

    BusHeartbeat(Bus bus, Nodes nodes, Consumer<NodeEvent> listener) {
        this.bus = bus;
        this.nodes = nodes;
        this.listener = listener;
    }

    void start(Vertx vertx) {
        var context = vertx.getOrCreateContext();
        context.runOnContext(_ -> vertx.setPeriodic(INTERVAL.toMillis(), _ -> beat()));
    }

    private void beat() {
        var others = new HashSet<NodeId>();
        for (NodeStatus status : nodes.all()) {
            if (!status.node().equals(bus.self())) {
                others.add(status.node());
            }
        }
        misses.keySet().retainAll(others);
        others.stream().filter(waiting::add).forEach(this::ask);
    }

    private void ask(NodeId node) {
        bus.heartbeat(node, PATIENCE)
                .onComplete(_ -> onAnswer(node), _ -> onSilence(node))
                .eventually(() -> {
                    waiting.remove(node);
                    return Future.succeededFuture();
                });
    }

    private void onAnswer(NodeId node) {
        Integer before = misses.remove(node);
        if (before != null && before >= MISSES) {
            LOG.info("A node answers on the bus again. node={}", node);
            listener.accept(new NodeEvent.BusHealed(node));
        }
    }

    private void onSilence(NodeId node) {
        if (misses.merge(node, 1, Integer::sum) == MISSES) {
            LOG.warn("A member of the cluster does not answer on the bus. node={}", node);
            listener.accept(new NodeEvent.BusFault(node));
        }
    }
}

package io.parley.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/// Stands for the load balancer: knows all nodes and asks each for its health four times a second;
/// clients go through the list of the healthy ones.
final class FrontDoor implements AutoCloseable {
    private static final long PERIOD_NS = 250_000_000;
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<NodeAddress> nodes;
    private final Map<Integer, Boolean> healthy = new ConcurrentHashMap<>();
    private final List<Thread> watchers = new ArrayList<>();
    private volatile boolean running = true;

    FrontDoor(List<NodeAddress> nodes) {
        this.nodes = List.copyOf(nodes);
    }

    void open() {
        for (NodeAddress node : nodes) {
            watchers.add(Thread.ofVirtual().name("watch-", node.number()).start(() -> watch(node)));
        }
    }

    private void watch(NodeAddress node) {
        while (running) {
            healthy.put(node.number(), Http.get(node.url() + "/", PATIENCE).isPresent());
            LockSupport.parkNanos(PERIOD_NS);
        }
    }

    boolean isHealthy(int node) {
        return healthy.getOrDefault(node, false);
    }

    /// The first healthy node of the list from that number on; if none is, whichever stands there.
    NodeAddress from(int number) {
        for (int i = 0; i < nodes.size(); i++) {
            NodeAddress candidate = at(number + i);
            if (isHealthy(candidate.number())) {
                return candidate;
            }
        }
        return at(number);
    }

    private NodeAddress at(int number) {
        return nodes.get(Math.floorMod(number - 1, nodes.size()));
    }

    @Override
    public void close() {
        running = false;
        watchers.forEach(LockSupport::unpark);
    }
}

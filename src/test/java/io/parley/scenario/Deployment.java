package io.parley.scenario;

import io.parley.NodeProcess;
import io.parley.TestNode;
import io.parley.store.RedisServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// One node, or two in a cluster, with Redis or without, shared by all scenarios of a test run;
/// each scenario takes rooms of its own.
public final class Deployment {
    private static final Map<Shape, Deployment> SHARED = new ConcurrentHashMap<>();
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final List<TestNode> nodes = new ArrayList<>();
    private final List<Runnable> ends = new ArrayList<>();

    /// How many nodes, and where they keep what outlives rooms.
    enum Shape {
        ONE_NODE(1, false),
        TWO_NODES(2, false),
        ONE_NODE_WITH_REDIS(1, true),
        TWO_NODES_WITH_REDIS(2, true);

        private final int nodes;
        private final boolean hasRedis;

        Shape(int nodes, boolean hasRedis) {
            this.nodes = nodes;
            this.hasRedis = hasRedis;
        }
    }

    private Deployment(Shape shape) {
        List<String> flags = new ArrayList<>(List.of("--room.departure_timeout", "1"));
        if (shape.hasRedis) {
            var redis = RedisServer.start();
            ends.add(redis::close);
            flags.addAll(List.of("--redis-host", redis.address()));
        }
        if (shape.nodes == 1) {
            start(flags);
        } else {
            startCluster(shape.nodes, flags);
        }
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ends.reversed().forEach(Runnable::run)));
    }

    private void start(List<String> flags) {
        var node = TestNode.start(flags.toArray(String[]::new));
        nodes.add(node);
        ends.add(node::close);
    }

    private void startCluster(int count, List<String> flags) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(TestNode.freeTcpPort());
        }
        for (int port : ports) {
            List<String> all =
                    new ArrayList<>(NodeProcess.member("test-" + ports.getFirst(), port, ports));
            all.addAll(flags);
            start(all);
        }
    }

    static Deployment of(Shape shape) {
        return SHARED.computeIfAbsent(shape, Deployment::new);
    }

    TestNode first() {
        return nodes.getFirst();
    }

    /// Another node than the first where there is one.
    TestNode last() {
        return nodes.getLast();
    }

    RoomApi api() {
        return new RoomApi(last());
    }

    List<TestNode> nodes() {
        return nodes;
    }

    static String newRoom() {
        return "room-" + ROOMS.incrementAndGet();
    }
}

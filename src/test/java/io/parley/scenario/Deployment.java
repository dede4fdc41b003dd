package io.parley.scenario;

import io.parley.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// One node, or two in a cluster, shared by all scenarios of a test run; each scenario takes rooms
/// of its own.
public final class Deployment {
    private static final Map<Integer, Deployment> SHARED = new ConcurrentHashMap<>();
    private static final AtomicInteger ROOMS = new AtomicInteger();

    private final List<TestNode> nodes = new ArrayList<>();

    private Deployment(int count) {
        if (count == 1) {
            nodes.add(TestNode.start("--room.departure_timeout", "1"));
        } else {
            startCluster(count);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(() -> nodes.forEach(TestNode::close)));
    }

    private void startCluster(int count) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ports.add(TestNode.freeTcpPort());
        }
        String members = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
        for (int port : ports) {
            nodes.add(
                    TestNode.start(
                            "--cluster",
                            "--cluster-name",
                            "test-" + ports.getFirst(),
                            "--cluster-port",
                            String.valueOf(port),
                            "--cluster-members",
                            members,
                            "--room.departure_timeout",
                            "1"));
        }
    }

    static Deployment of(int nodes) {
        return SHARED.computeIfAbsent(nodes, Deployment::new);
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

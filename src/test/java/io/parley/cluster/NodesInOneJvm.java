package io.parley.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// Clustered nodes in one JVM, started one after the other: at the same moment they would first
/// form clusters of their own.
final class NodesInOneJvm implements AutoCloseable {
    private final String config;
    private final Map<NodeId, Cluster> started = new LinkedHashMap<>();
    private final String name = "test-" + UUID.randomUUID();

    /// @param config a `cluster.xml`
    NodesInOneJvm(String config, NodeId... nodes) {
        this.config = config;
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < nodes.length; i++) {
            ports.add(freePort());
        }
        String members = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
        for (int i = 0; i < nodes.length; i++) {
            started.put(nodes[i], start(nodes[i], members, ports.get(i)));
        }
    }

    private static int freePort() {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Cluster start(NodeId node, String members, int port) {
        var settings = new ClusterSettings(true, config, name, members, "127.0.0.1", port, 0);
        var status = new NodeStatus(node, "127.0.0.1", "", 5000, 5000, NodeLoad.NONE);
        return Await.result(
                new ClusterStart(
                                settings,
                                Clock.systemUTC(),
                                status,
                                Journal.NONE,
                                new NodeSelector(NodeSelectorSettings.DEFAULTS, new Random()),
                                UnaryOperator.identity())
                        .start());
    }

    Cluster node(NodeId node) {
        var cluster = started.get(node);
        if (cluster == null) {
            throw new IllegalStateException("not started: " + node);
        }
        return cluster;
    }

    /// It goes without a farewell, as in a crash.
    void stop(NodeId node) {
        Await.result(node(node).vertx().close());
        started.remove(node);
    }

    /// The last node and the others believe no longer that the other side is there, until Hazelcast
    /// looks around and merges. The bus is not cut, but its addresses go with the members.
    void isolateLast() {
        var others = new ArrayList<>(started.keySet());
        NodeId last = others.removeLast();
        others.reversed().forEach(other -> suspect(last, other));
        suspect(others.getFirst(), last);
    }

    private void suspect(NodeId who, NodeId whom) {
        var hazelcast = hazelcast(who);
        var member =
                hazelcast.getCluster().getMembers().stream()
                        .filter(each -> isNode(each, whom))
                        .findFirst()
                        .orElseThrow();
        ((HazelcastInstanceProxy) hazelcast)
                .getOriginal()
                .node
                .getClusterService()
                .suspectMember(member, "a test", true);
    }

    HazelcastInstance hazelcast(NodeId node) {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(each -> each.getConfig().getClusterName().equals(name))
                .filter(each -> isNode(each.getCluster().getLocalMember(), node))
                .findFirst()
                .orElseThrow();
    }

    private static boolean isNode(Member member, NodeId node) {
        return node.value().equals(member.getAttribute(HazelcastNodes.ATTRIBUTE));
    }

    @Override
    public void close() {
        for (NodeId node : List.copyOf(started.keySet()).reversed()) {
            stop(node);
        }
    }
}

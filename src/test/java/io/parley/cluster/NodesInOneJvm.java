package io.parley.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Clustered nodes in one JVM, started one after the other: at the same moment they would first
/// form clusters of their own.
final class NodesInOneJvm implements AutoCloseable {
    private final ClusterOfOneJvm cluster;
    private final Map<NodeId, Cluster> started = new LinkedHashMap<>();

    /// @param config a `cluster.xml`
    NodesInOneJvm(String config, NodeId... nodes) {
        this.cluster = new ClusterOfOneJvm(config, nodes.length);
        for (NodeId node : nodes) {
            started.put(node, cluster.start(node));
        }
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
                .filter(each -> each.getConfig().getClusterName().equals(cluster.name()))
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

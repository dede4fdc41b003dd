package io.parley.cluster;

import io.parley.TestNode;
import io.vertx.core.VertxBuilder;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;

/// What the nodes of a test's cluster have in common: its name, and a port for each.
public final class ClusterOfOneJvm {
    private final String config;
    private final String name = "test-" + UUID.randomUUID();
    private final List<Integer> ports = new ArrayList<>();
    private int started;

    /// @param config a `cluster.xml`
    public ClusterOfOneJvm(String config, int nodes) {
        this.config = config;
        for (int i = 0; i < nodes; i++) {
            ports.add(TestNode.freeTcpPort());
        }
    }

    String name() {
        return name;
    }

    /// The next node.
    public Cluster start(NodeId node) {
        return start(node, UnaryOperator.identity());
    }

    /// The next node, with an event bus of its own kind.
    Cluster start(NodeId node, UnaryOperator<VertxBuilder> adjust) {
        String members = String.join(",", ports.stream().map(port -> "127.0.0.1:" + port).toList());
        int port = ports.get(started++);
        var settings = new ClusterSettings(true, config, name, members, "127.0.0.1", port, 0);
        var status = new NodeStatus(node, "127.0.0.1", "", 5000, 5000, NodeLoad.NONE);
        return Await.result(
                new ClusterStart(
                                settings,
                                Clock.systemUTC(),
                                status,
                                Journal.NONE,
                                new NodeSelector(NodeSelectorSettings.DEFAULTS, new Random()),
                                adjust)
                        .start());
    }
}

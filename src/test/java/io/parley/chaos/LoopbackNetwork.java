package io.parley.chaos;

import io.parley.TestNode;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// All nodes on 127.0.0.1, on free ports. Cannot be cut.
final class LoopbackNetwork implements Network {
    private static final String HOST = "127.0.0.1";

    private final Map<Integer, NodePorts> ports = new ConcurrentHashMap<>();

    @Override
    public NodePorts ports(int node) {
        return ports.computeIfAbsent(
                node,
                _ ->
                        new NodePorts(
                                HOST,
                                TestNode.freeTcpPort(),
                                TestNode.freeTcpPort(),
                                TestNode.freeUdpPort(),
                                TestNode.freeTcpPort(),
                                TestNode.freeTcpPort(),
                                TestNode.freeTcpPort()));
    }

    @Override
    public List<String> launcher(int node) {
        return List.of();
    }

    @Override
    public InetAddress clients() {
        return InetAddress.ofLiteral(HOST);
    }

    private static IllegalStateException uncuttable() {
        return new IllegalStateException("loopback cannot be cut: such a run needs namespaces");
    }

    @Override
    public void cut(int from, int to) {
        throw uncuttable();
    }

    @Override
    public void cutBus(int node) {
        throw uncuttable();
    }

    @Override
    public void lose(double share) {
        throw uncuttable();
    }

    @Override
    public void heal() {
        // Nothing can be broken.
    }

    @Override
    public void close() {
        // Nothing was made.
    }
}

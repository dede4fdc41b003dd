package io.parley.chaos;

import java.net.InetAddress;
import java.util.List;

/// What the nodes of a run talk over, and how it is broken. Clients reach every node whatever is
/// cut between nodes.
interface Network extends AutoCloseable {
    /// The ports of a node, the same after a restart.
    NodePorts ports(int node);

    /// What stands before a node's command, for it to run there.
    List<String> launcher(int node);

    /// Where clients' sockets are bound.
    InetAddress clients();

    /// From now on nothing comes from the one node to the other.
    void cut(int from, int to);

    /// From now on no packet for that node's event bus comes through, and none from there to
    /// others'.
    void cutBus(int node);

    /// From now on that share of all packets between nodes is lost.
    void lose(double share);

    /// Everything comes through again.
    void heal();

    @Override
    void close();
}

package io.parley.cluster;

import java.util.Set;

/// The nodes of which a majority is needed to decide. One or two nodes need none: the crash of one
/// must not stop the other, and a merge mends what both decided.
record Electorate(Set<NodeId> nodes) {
    private static final int SMALLEST = 3;

    Electorate {
        nodes = Set.copyOf(nodes);
    }

    boolean needsMajority() {
        return nodes.size() >= SMALLEST;
    }

    boolean isMajority(Set<NodeId> present) {
        return !needsMajority() || 2 * count(present) > nodes.size();
    }

    long count(Set<NodeId> present) {
        return nodes.stream().filter(present::contains).count();
    }
}

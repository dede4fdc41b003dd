package io.parley.cluster;

import java.util.random.RandomGenerator;

/// The id of one running process, `ND_…`; a restarted process gets a new one.
public record NodeId(String value) implements Comparable<NodeId> {
    public NodeId {
        if (value.isEmpty()) {
            throw new IllegalArgumentException("a node id is not empty");
        }
    }

    public static NodeId random(RandomGenerator random) {
        return new NodeId(Guid.next("ND_", random));
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

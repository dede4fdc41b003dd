package io.parley.cluster;

import java.util.Optional;

/// How this node takes part in a cluster.
///
/// @param configPath `cluster.xml` on disk; empty = the one in the jar
/// @param members of Hazelcast, comma-separated host:port; those that are up are enough
/// @param bindAddress where Hazelcast and the event bus listen
/// @param hazelcastPort Hazelcast's own port
/// @param busPort the event bus' port, 0 = any
public record ClusterSettings(
        boolean isEnabled,
        String configPath,
        String clusterName,
        String members,
        String bindAddress,
        int hazelcastPort,
        int busPort) {
    public static final ClusterSettings OFF =
            new ClusterSettings(false, "", "parley", "127.0.0.1:5701", "127.0.0.1", 5701, 0);

    Optional<String> path() {
        return Optional.of(configPath).filter(path -> !path.isEmpty());
    }
}

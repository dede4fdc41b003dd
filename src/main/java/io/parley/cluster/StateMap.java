package io.parley.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.Vertx;

/// The map in which the nodes of a cluster keep what outlives their rooms. A key ends with `@` and
/// the room's name, no other `@` comes before: so all keys of a room lie in one partition.
///
/// @param threads where the map's calls belong, for they block
public record StateMap(VirtualThreads threads, IMap<String, byte[]> entries) {
    static final String NAME = "parley.state";

    static StateMap of(Vertx vertx, HazelcastInstance hazelcast) {
        return new StateMap(new VirtualThreads(vertx), hazelcast.getMap(NAME));
    }
}

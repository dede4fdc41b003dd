package io.parley.cluster;

import io.vertx.core.Future;

/// Brings a room to life on this node: when the future succeeds, somebody consumes `room.<name>`.
/// Declared here because the bus opens rooms on demand, implemented by the node.
public interface RoomHost {
    Future<Void> open(RoomName room, long epoch);
}

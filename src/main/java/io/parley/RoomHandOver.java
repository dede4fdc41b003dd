package io.parley;

import io.parley.cluster.NodeId;
import io.parley.cluster.RoomName;
import io.vertx.core.Future;

/// Gives rooms away that are open here.
@FunctionalInterface
interface RoomHandOver {
    /// Complete when the room is no longer here.
    Future<Void> handOver(RoomName room, NodeId to);
}

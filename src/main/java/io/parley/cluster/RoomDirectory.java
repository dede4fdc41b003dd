package io.parley.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// Which node owns which room: one owner a room and epoch, cluster-wide. Futures complete on the
/// caller's context.
public interface RoomDirectory {
    /// The room's location; an unknown room is given to the least loaded node. Of several callers
    /// at once one wins and the others are told its choice.
    Future<RoomLocation> claim(RoomName room);

    /// As [#claim] with the wish that an unknown room goes to that node
    /// (CreateRoomRequest.node_id).
    Future<RoomLocation> claim(RoomName room, NodeId wish);

    /// The room's location, never creating it.
    Future<Optional<RoomLocation>> find(RoomName room);

    Future<List<RoomLocation>> all();

    /// Forgets the room, if that node still owns it in that epoch. The owner calls this before it
    /// stops listening.
    Future<Void> release(RoomName room, NodeId owner, long epoch);
}

package io.parley.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// Which node owns which room: one owner a room and epoch, cluster-wide. Futures complete on the
/// caller's context; a failed one is a [BusFailure], REFUSED `unavailable` while this node is
/// fenced or its side of a partition is the smaller one.
public interface RoomDirectory {
    /// The room's location; an unknown room is given to the node that the selector chooses
    /// ([NodeSelector]), one whose owner has died to its heir. Of several callers at once one wins
    /// and the others are told its choice. Fails with FULL or NO_NODE if no node takes it.
    Future<RoomLocation> claim(RoomName room);

    /// As [#claim] with the wish that an unknown room goes to that node
    /// (CreateRoomRequest.node_id).
    Future<RoomLocation> claim(RoomName room, NodeId wish);

    /// The room's location, never creating it; a room whose owner has died passes to its heir
    /// first.
    Future<Optional<RoomLocation>> find(RoomName room);

    /// As [#find], for somebody more: fails with FULL if the room's node takes nobody.
    default Future<Optional<RoomLocation>> findToJoin(RoomName room) {
        return find(room);
    }

    /// Rooms that have a living owner.
    Future<List<RoomLocation>> all();

    /// Gives the room to another node with the next epoch, if `owner` still owns it in that epoch;
    /// fails with NOT_OWNER otherwise. From then on the former owner is superseded.
    Future<RoomLocation> transfer(RoomName room, NodeId owner, long epoch, NodeId to);

    /// The owner tells how many participants the room has, which a merge after a partition weighs;
    /// call it as often as that changes. The others learn it within seconds. Also the way to say
    /// that the owner has adopted an epoch that a merge has raised ([Ops#EPOCH]).
    void report(RoomName room, long epoch, int participants);

    /// Forgets the room, if that node still owns it in that epoch. The owner calls this before it
    /// stops listening.
    Future<Void> release(RoomName room, NodeId owner, long epoch);
}

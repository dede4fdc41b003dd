package io.parley.cluster;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The rooms that are open on this node, with the epoch in which each was opened. Used from every
/// thread of the node.
final class OwnRooms {
    /// @param participants as last told by the room
    record OwnRoom(long epoch, int participants) {}

    private final Map<RoomName, OwnRoom> rooms = new ConcurrentHashMap<>();

    void onOpening(RoomName room, long epoch) {
        rooms.put(room, new OwnRoom(epoch, 0));
    }

    void onClosed(RoomName room) {
        rooms.remove(room);
    }

    /// A later epoch is one that the room has adopted; the word of an earlier life is not heard.
    void onReport(RoomName room, long epoch, int participants) {
        rooms.computeIfPresent(
                room, (_, own) -> epoch >= own.epoch() ? new OwnRoom(epoch, participants) : own);
    }

    boolean has(RoomName room) {
        return rooms.containsKey(room);
    }

    Map<RoomName, OwnRoom> all() {
        return Map.copyOf(rooms);
    }
}

package io.parley.store;

import java.util.List;

/// The keys in Redis: one of ours a room, the others are LiveKit's.
final class RedisKeys {
    static final String ROOMS = "rooms";
    static final String ROOM_INTERNAL = "room_internal";
    static final String NODES = "nodes";
    static final String ROOM_NODE_MAP = "room_node_map";

    private RedisKeys() {}

    static String ours(String room) {
        return "parley:room:" + room;
    }

    static String participants(String room) {
        return "room_participants:" + room;
    }

    /// In the script's order; of a cluster only the first is in the slot of the room.
    static List<String> of(String room, boolean isCluster) {
        return isCluster
                ? List.of(ours(room))
                : List.of(ours(room), ROOMS, ROOM_INTERNAL, participants(room), ROOM_NODE_MAP);
    }
}

package io.parley.store;

/// The keys of the map of a cluster: what comes after the first `@` is the room's name, whatever
/// that holds, and decides on the partition.
final class StateKeys {
    private static final String ROOM = "room@";
    private static final String PARTICIPANT = "participant ";

    private StateKeys() {}

    static String ofRoom(String room) {
        return ROOM + room;
    }

    static String ofParticipant(String room, String identity) {
        return PARTICIPANT + identity.replace("%", "%25").replace("@", "%40") + "@" + room;
    }

    static boolean isRoom(String key) {
        return key.startsWith(ROOM);
    }

    static boolean isParticipantOf(String room, String key) {
        return key.startsWith(PARTICIPANT)
                && key.endsWith(room)
                && key.indexOf('@') == key.length() - room.length() - 1;
    }
}

package io.parley.cluster;

/// Every address on the bus. Only `node.*` is known to the whole cluster, the others are local to
/// the node that hosts them and are reached through that node's address ([Bus]).
public final class Addresses {
    /// What operators ask of a node ([Ops#ROOMS], [Ops#DRAIN]).
    public static final String OPERATIONS = "operations";

    /// Everybody on this node who holds websockets.
    public static final String CONNECTIONS = "connections";

    private static final String ROOM = "room.";

    private Addresses() {}

    public static String node(NodeId node) {
        return "node." + node.value();
    }

    public static String room(RoomName room) {
        return ROOM + room.value();
    }

    /// A participant's session, by its `PA_…` sid.
    public static String session(String participantSid) {
        return "session." + participantSid;
    }

    /// One websocket, by its `CO_…` id.
    public static String connection(String connectionId) {
        return "connection." + connectionId;
    }

    static boolean isRoom(String address) {
        return address.startsWith(ROOM);
    }

    static RoomName roomOf(String address) {
        return new RoomName(address.substring(ROOM.length()));
    }
}

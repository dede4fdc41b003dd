package io.parley.chaos;

import java.util.List;
import java.util.Map;

/// What one client has seen by the end of a run.
///
/// @param sid its own SID, or empty if it is not in the room
/// @param others the SID of each other participant, by identity, as livekit-client would show them
/// @param farewells who left, in its view
/// @param lives its own sessions, one after the other
/// @param silent whose audio does not arrive
record ClientSight(
        String room,
        String identity,
        String sid,
        boolean connected,
        String metadata,
        Map<String, String> others,
        List<Farewell> farewells,
        List<Life> lives,
        List<String> silent) {

    /// A participant that the server said has gone.
    record Farewell(long ns, String identity, String sid) {}

    /// A session of the client, until it knew of its end.
    ///
    /// @param lastSignNs when the server last went on with it: the join, or the last resume
    record Life(String sid, long fromNs, long lastSignNs, long untilNs) {}
}

package io.parley.room;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantInfo.State;

/// What one client was last told of each other participant (signal.md §5.2): drops what it knows
/// already, and names who went while it was away. Owned by its room's context.
final class SeenParticipants {
    private static final int MAX_GONE = 128;

    /// LiveKit looks back 3 s further than the last signal (signal.md §11).
    private static final long LOOK_BACK_NS = 3_000_000_000L;

    private record Seen(String identity, int version, State state, long atNs) {}

    private final Map<String, Seen> bySid = new HashMap<>();
    private final Deque<String> gone = new ArrayDeque<>();

    /// Whether this update is news; if so it counts as told. Deviates: LiveKit says the same
    /// version again.
    boolean takes(long nowNs, ParticipantInfo info) {
        var before = bySid.get(info.getSid());
        boolean leaving = info.getState() == State.DISCONNECTED;
        if (before == null) {
            if (leaving) {
                return false;
            }
        } else if (before.version >= info.getVersion() || before.state == State.DISCONNECTED) {
            return false;
        }
        bySid.put(
                info.getSid(),
                new Seen(info.getIdentity(), info.getVersion(), info.getState(), nowNs));
        if (leaving) {
            remember(info.getSid());
        }
        return true;
    }

    /// Told in a snapshot, whatever was said before.
    void onSnapshot(long nowNs, ParticipantInfo info) {
        bySid.put(
                info.getSid(),
                new Seen(info.getIdentity(), info.getVersion(), info.getState(), nowNs));
    }

    boolean isUpToDate(ParticipantInfo info) {
        var seen = bySid.get(info.getSid());
        return seen != null && seen.version >= info.getVersion();
    }

    /// Stubs of those who went since the last signal seen from the client.
    List<ParticipantInfo> goneSince(long lastSignalNs) {
        var stubs = new ArrayList<ParticipantInfo>();
        for (String sid : gone) {
            var seen = bySid.get(sid);
            if (seen != null && seen.atNs >= lastSignalNs - LOOK_BACK_NS) {
                stubs.add(
                        ParticipantInfo.newBuilder()
                                .setSid(sid)
                                .setIdentity(seen.identity)
                                .setVersion(seen.version)
                                .setState(State.DISCONNECTED)
                                .build());
            }
        }
        return stubs;
    }

    private void remember(String sid) {
        gone.add(sid);
        if (gone.size() > MAX_GONE) {
            bySid.remove(gone.poll());
        }
    }

    int size() {
        return bySid.size();
    }
}

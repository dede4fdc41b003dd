package io.parley.chaos;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import livekit.LivekitModels.ParticipantInfo;

/// Who is in the room as livekit-client shows it: by identity, an older version of the same SID is
/// ignored, a farewell ends whoever has that identity. Written by its client, read on any thread.
final class ParticipantView {
    private final String self;
    private final Map<String, ParticipantInfo> byIdentity = new ConcurrentHashMap<>();
    private final Map<String, String> identityBySid = new ConcurrentHashMap<>();
    private final List<ClientSight.Farewell> farewells = new CopyOnWriteArrayList<>();

    ParticipantView(String self) {
        this.self = self;
    }

    /// A new session begins with an empty room.
    void onJoin(Collection<ParticipantInfo> others) {
        byIdentity.clear();
        others.forEach(this::put);
    }

    void onUpdate(long nowNs, Collection<ParticipantInfo> infos) {
        for (ParticipantInfo info : infos) {
            String identity =
                    info.getIdentity().isEmpty()
                            ? identityBySid.getOrDefault(info.getSid(), "")
                            : info.getIdentity();
            if (identity.equals(self)) {
                continue;
            }
            if (info.getState() == ParticipantInfo.State.DISCONNECTED) {
                farewells.add(new ClientSight.Farewell(nowNs, identity, info.getSid()));
                byIdentity.remove(identity);
            } else {
                put(info);
            }
        }
    }

    private void put(ParticipantInfo info) {
        ParticipantInfo known = byIdentity.get(info.getIdentity());
        boolean isStale =
                known != null
                        && known.getSid().equals(info.getSid())
                        && known.getVersion() > info.getVersion();
        if (!isStale) {
            byIdentity.put(info.getIdentity(), info);
            identityBySid.put(info.getSid(), info.getIdentity());
        }
    }

    /// The identity behind a SID, or empty if it is unknown.
    String identity(String sid) {
        return identityBySid.getOrDefault(sid, "");
    }

    /// The SID of each other participant, by identity.
    Map<String, String> others() {
        Map<String, String> others = new TreeMap<>();
        byIdentity.forEach((identity, info) -> others.put(identity, info.getSid()));
        return others;
    }

    List<ClientSight.Farewell> farewells() {
        return List.copyOf(farewells);
    }
}

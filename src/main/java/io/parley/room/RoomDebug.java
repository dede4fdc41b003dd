package io.parley.room;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A room as a tree of maps and lists, for the debug page. Pure.
public final class RoomDebug {
    private RoomDebug() {}

    public static Map<String, Object> of(Room room, String owner, long epoch) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("name", room.name());
        tree.put("sid", room.proto().getSid());
        tree.put("owner", owner);
        tree.put("epoch", epoch);
        tree.put("started", room.isStarted());
        tree.put("closed", room.isClosed());
        tree.put("timers", room.timers().size());
        tree.put("nextWake", room.timers().nextWakeReason());
        tree.put("numParticipants", room.participants().size());
        var participants = new ArrayList<Map<String, Object>>();
        room.participants().forEach(each -> participants.add(participant(each)));
        tree.put("participants", participants);
        return tree;
    }

    private static Map<String, Object> participant(Participant participant) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("identity", participant.identity());
        tree.put("sid", participant.sid());
        tree.put("state", participant.state().name());
        tree.put("hidden", participant.isHidden());
        tree.put("protocol", participant.traits().protocol());
        tree.put("sdk", participant.traits().info().getSdk().name());
        tree.put("singleConnection", participant.negotiation().isSingle());
        tree.put("signalDetached", participant.signal().isDetached());
        var transports = new ArrayList<String>();
        participant.negotiation().transports().forEach(each -> transports.add(each.state().name()));
        tree.put("transports", transports);
        var tracks = new ArrayList<Map<String, Object>>();
        participant.tracks().published().forEach(track -> tracks.add(track(track)));
        tree.put("tracks", tracks);
        tree.put("subscriptions", participant.subscriptions().wishedSids());
        tree.put("forwarded", participant.subscriptions().active().size());
        tree.put("dataTracks", List.copyOf(participant.dataTracks().infos()).size());
        return tree;
    }

    private static Map<String, Object> track(Track track) {
        var tree = new LinkedHashMap<String, Object>();
        tree.put("sid", track.sid());
        tree.put("type", track.info().getType().name());
        tree.put("source", track.info().getSource().name());
        tree.put("mimeType", track.info().getMimeType());
        tree.put("muted", track.isMuted());
        tree.put("subscribers", track.subscribers().size());
        return tree;
    }
}

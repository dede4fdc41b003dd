package io.parley.room;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.TrackPermission;

/// Whom a publisher lets subscribe to its tracks (signal.md §4.7). Recorders are exempt. Owned by
/// its participant.
final class SubscriptionPermissions {
    private static final String ALL = "*";

    private SubscriptionPermission update =
            SubscriptionPermission.newBuilder().setAllParticipants(true).build();
    private boolean everybody = true;

    private final Map<String, Set<String>> allowed = new HashMap<>();

    /// False if the update names nobody or somebody unknown: then nothing changes.
    boolean onUpdate(SubscriptionPermission update, Map<String, Participant> bySid) {
        var next = new HashMap<String, Set<String>>();
        for (var permission : update.getTrackPermissionsList()) {
            String identity = identityOf(permission, bySid);
            if (identity.isEmpty()) {
                return false;
            }
            var tracks = next.computeIfAbsent(identity, _ -> new HashSet<>());
            tracks.addAll(permission.getTrackSidsList());
            if (permission.getAllTracks()) {
                tracks.add(ALL);
            }
        }
        this.update = update;
        everybody = update.getAllParticipants();
        allowed.clear();
        allowed.putAll(next);
        return true;
    }

    private static String identityOf(TrackPermission permission, Map<String, Participant> bySid) {
        if (!permission.getParticipantIdentity().isEmpty()) {
            return permission.getParticipantIdentity();
        }
        var participant = bySid.get(permission.getParticipantSid());
        return participant == null ? "" : participant.identity();
    }

    /// The last one that counted.
    SubscriptionPermission update() {
        return update;
    }

    boolean isAllowed(Participant subscriber, String trackSid) {
        if (everybody || subscriber.isRecorder()) {
            return true;
        }
        var tracks = allowed.getOrDefault(subscriber.identity(), Set.of());
        return tracks.contains(ALL) || tracks.contains(trackSid);
    }
}

package io.parley.room;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import org.jspecify.annotations.Nullable;

/// Tracks that were announced but whose media has not come, by client id, and requests that wait
/// behind a track of the same client id (signal.md §4.4). Owned by its participant.
final class PendingTracks {
    static final int MAX_PENDING = 20;
    static final int MAX_QUEUED = 3;

    private final Map<String, Track> pending = new LinkedHashMap<>();
    private final Map<String, Deque<AddTrackRequest>> queued = new HashMap<>();

    void add(String cid, Track track) {
        pending.put(cid, track);
    }

    @Nullable Track remove(String cid) {
        return pending.remove(cid);
    }

    boolean isFull() {
        return pending.size() >= MAX_PENDING;
    }

    boolean contains(String cid) {
        return pending.containsKey(cid);
    }

    /// False if too many wait already.
    boolean queue(AddTrackRequest request) {
        var waiting = queued.computeIfAbsent(request.getCid(), _ -> new ArrayDeque<>());
        if (waiting.size() >= MAX_QUEUED) {
            return false;
        }
        waiting.add(request);
        return true;
    }

    @Nullable AddTrackRequest nextQueued(String cid) {
        var waiting = queued.get(cid);
        if (waiting == null) {
            return null;
        }
        var next = waiting.poll();
        if (waiting.isEmpty()) {
            queued.remove(cid);
        }
        return next;
    }

    @Nullable Track bySid(String sid) {
        for (var track : pending.values()) {
            if (track.sid().equals(sid)) {
                return track;
            }
        }
        return null;
    }

    /// First by the client id, then by that of a codec.
    Track.@Nullable Encoding byCid(String cid) {
        if (cid.isEmpty()) {
            return null;
        }
        var byTrack = pending.get(cid);
        if (byTrack != null && byTrack.encodings().getFirst().isFree()) {
            return byTrack.encodings().getFirst();
        }
        for (var track : pending.values()) {
            for (var encoding : track.encodings()) {
                if (encoding.isFree() && track.codec(encoding).getCid().equals(cid)) {
                    return encoding;
                }
            }
        }
        return null;
    }

    Track.@Nullable Encoding firstOf(TrackType type) {
        for (var track : pending.values()) {
            var first = track.encodings().getFirst();
            if (track.info().getType() == type && first.isFree()) {
                return first;
            }
        }
        return null;
    }

    Collection<Track> all() {
        return List.copyOf(pending.values());
    }

    void clear() {
        pending.clear();
        queued.clear();
    }
}

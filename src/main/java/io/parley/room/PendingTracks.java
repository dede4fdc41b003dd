package io.parley.room;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import livekit.LivekitModels.TrackType;
import livekit.LivekitRtc.AddTrackRequest;
import org.jspecify.annotations.Nullable;

/// Tracks that were announced but whose media has not come, by client id, and requests that wait
/// behind a track of the same client id (signal.md §4.4). Owned by its participant.
final class PendingTracks {
    static final int MAX_PENDING = 20;
    static final int MAX_QUEUED = 3;

    private static final int MAX_RELEASED = 32;
    private static final long MEDIA_NS = Duration.ofSeconds(30).toNanos();

    private final Map<String, Track> pending = new LinkedHashMap<>();
    private final Map<String, Long> sinceNs = new HashMap<>();
    private final Set<String> released = new LinkedHashSet<>();
    private final Map<String, Deque<AddTrackRequest>> queued = new HashMap<>();

    void add(long nowNs, String cid, Track track) {
        pending.put(cid, track);
        sinceNs.put(cid, nowNs);
        released.remove(cid);
    }

    void remove(String cid) {
        pending.remove(cid);
        sinceNs.remove(cid);
    }

    /// Whose media has not come in 30 s, though there was a connection for it and nobody muted it.
    List<Track> withoutMedia(long nowNs, long connectedAtNs) {
        return pending.entrySet().stream()
                .filter(entry -> {
                    long since = Math.max(sinceNs.getOrDefault(entry.getKey(), 0L), connectedAtNs);
                    return nowNs - since >= MEDIA_NS && entry.getValue().isWithoutMedia();
                })
                .map(Map.Entry::getValue)
                .toList();
    }

    /// Gave its place to another: media that comes after all is not taken.
    void onReleased(String cid) {
        released.add(cid);
        if (released.size() > MAX_RELEASED) {
            released.remove(released.iterator().next());
        }
    }

    boolean isReleased(String cid) {
        return released.contains(cid);
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
        sinceNs.clear();
        queued.clear();
    }
}

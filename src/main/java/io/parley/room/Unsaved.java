package io.parley.room;

import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.ObjectStore.RoomChanges;
import io.parley.store.ObjectStore.RoomRecord;
import io.parley.store.ObjectStore.StoredRoom;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import livekit.LivekitModels.ParticipantInfo;

/// What of a room has changed since it was last stored; of many changes of one participant the
/// newest counts. Owned by its room.
public final class Unsaved {
    private final Room room;
    private final Set<String> changed = new LinkedHashSet<>();
    private final Map<String, String> gone = new HashMap<>();
    private boolean record;
    private boolean counted;

    Unsaved(Room room) {
        this.room = room;
    }

    void onRoomEvent(RoomEvent event) {
        switch (event) {
            case RoomEvent.RoomStarted _ -> record = true;
            case RoomEvent.RoomUpdated _ -> record = room.isStarted();
            case RoomEvent.ParticipantTakenOver(var participant) ->
                    changed.add(participant.getSid());
            case RoomEvent.ParticipantChanged(var participant) -> changed.add(participant.getSid());
            case RoomEvent.ParticipantLeft left -> onGone(left.participant());
            case RoomEvent.RoomFinished _,
                    RoomEvent.ParticipantJoined _,
                    RoomEvent.DataReaderStalled _,
                    RoomEvent.TrackPublished _,
                    RoomEvent.TrackUnpublished _,
                    RoomEvent.Counted _ -> {
                // Part of no record, or told by another event as well.
            }
        }
    }

    private void onGone(ParticipantInfo participant) {
        changed.remove(participant.getSid());
        gone.put(participant.getIdentity(), participant.getSid());
    }

    /// Something that only an owner needs to know.
    public void onChanged(Participant participant) {
        changed.add(participant.sid());
    }

    /// What the store has may be somebody else's: all of ours is written, what is not ours goes.
    public void onFound(StoredRoom found) {
        record = room.isStarted();
        room.participants().forEach(this::onChanged);
        for (var stored : found.participants()) {
            if (room.bySid(stored.info().getSid()) == null) {
                gone.put(stored.identity(), stored.info().getSid());
            }
        }
    }

    /// A number of the room's record was told for the first time.
    void onFirstCounted() {
        record = room.isStarted();
    }

    /// A number of the room's record that changes with every message, and may lag behind.
    void onCounted() {
        counted = room.isStarted();
    }

    public boolean hasCounted() {
        return counted;
    }

    /// Whether nothing is to be written soon.
    public boolean isEmpty() {
        return !record && changed.isEmpty() && gone.isEmpty();
    }

    /// Everything up to now; it counts as saved.
    ///
    /// @param withState whether anybody will ever read what only an owner needs
    public RoomChanges take(boolean withState) {
        var stored = new HashMap<String, ParticipantRecord>();
        for (String sid : changed) {
            var participant = room.bySid(sid);
            if (participant != null) {
                stored.put(participant.identity(), RoomStates.of(participant, withState));
            }
        }
        var taken =
                new RoomChanges(
                        record || counted ? Optional.of(recordOf(withState)) : Optional.empty(),
                        stored,
                        gone);
        record = false;
        counted = false;
        changed.clear();
        gone.clear();
        return taken;
    }

    private RoomRecord recordOf(boolean withState) {
        return new RoomRecord(
                room.proto(), room.record().internal(), RoomStates.of(room, withState));
    }

    /// The write of it failed: it is to be written again, as it stands by then.
    public void putBack(RoomChanges failed) {
        record |= failed.record().isPresent();
        failed.stored().values().forEach(each -> changed.add(each.info().getSid()));
        failed.gone().forEach(gone::putIfAbsent);
    }
}

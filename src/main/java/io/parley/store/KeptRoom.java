package io.parley.store;

import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.ObjectStore.RoomChanges;
import io.parley.store.ObjectStore.RoomRecord;
import io.parley.store.ObjectStore.StoredRoom;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// All that a store knows of a room, in memory. A deleted one has nothing but the epoch that its
/// next owner will have at least.
record KeptRoom(
        long epoch, @Nullable RoomRecord record, Map<String, ParticipantRecord> participants) {
    static final KeptRoom NOTHING = new KeptRoom(0, null, Map.of());

    KeptRoom {
        participants = Map.copyOf(participants);
    }

    static KeptRoom of(long epoch, StoredRoom stored) {
        var participants = new HashMap<String, ParticipantRecord>();
        stored.participants().forEach(each -> participants.put(each.identity(), each));
        return new KeptRoom(epoch, stored.record().orElse(null), participants);
    }

    KeptRoom in(long newEpoch) {
        return new KeptRoom(newEpoch, record, participants);
    }

    KeptRoom with(RoomChanges changes) {
        var next = new HashMap<>(participants);
        changes.gone()
                .forEach((identity, sid) ->
                        next.computeIfPresent(
                                identity,
                                (_, known) -> known.info().getSid().equals(sid) ? null : known));
        next.putAll(changes.stored());
        return new KeptRoom(epoch, changes.record().orElse(record), next);
    }

    KeptRoom deleted() {
        return new KeptRoom(epoch + 1, null, Map.of());
    }

    boolean isEmpty() {
        return record == null && participants.isEmpty();
    }

    StoredRoom stored() {
        return new StoredRoom(Optional.ofNullable(record), List.copyOf(participants.values()));
    }
}

package io.parley.store;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.parley.cluster.StateMap;
import io.parley.store.StateProcessors.AllRooms;
import io.parley.store.StateProcessors.Delete;
import io.parley.store.StateProcessors.Drop;
import io.parley.store.StateProcessors.FinishSeal;
import io.parley.store.StateProcessors.ParticipantsOf;
import io.parley.store.StateProcessors.Raise;
import io.parley.store.StateProcessors.Seal;
import io.parley.store.StateProcessors.WriteParticipants;
import io.parley.store.StateProcessors.WriteRoom;
import io.parley.store.state.StoredParticipantRecord;
import io.parley.store.state.StoredRoomRecord;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The store in the memory of a cluster: an entry a room and one a participant, those of a room in
/// one partition. Used from every thread of the node.
///
/// The room's entry is the fence. Participants have no fence of their own before they exist, so a
/// stale owner may still bring one in; it stands there with too low an epoch and is dropped by the
/// next [#open]. Each operation ends at the room's entry: only calls for one key wait for the
/// backup, and as backups of a partition are sent in order, what went before is there by then.
public final class HazelcastStore implements ObjectStore {
    private final StateMap state;

    public HazelcastStore(StateMap state) {
        this.state = state;
    }

    @Override
    public Future<StoredRoom> open(String room, long epoch) {
        return state.threads().call(() -> openNow(room, epoch));
    }

    /// Between the steps somebody may die: until the last one the seal of before holds, which knows
    /// both who is sealed anew and who is not yet.
    private StoredRoom openNow(String room, long epoch) throws InvalidProtocolBufferException {
        var kept = raise(room, epoch);
        var participants = new ArrayList<ParticipantRecord>();
        for (StateEntry each : seal(room, epoch, kept.sealed())) {
            participants.add(participant(each.record()));
        }
        check(room, state.entries().executeOnKey(StateKeys.ofRoom(room), new FinishSeal(epoch)));
        return new StoredRoom(
                kept.record().isEmpty() ? Optional.empty() : Optional.of(room(kept.record())),
                participants);
    }

    StateEntry raise(String room, long epoch) {
        byte[] after = state.entries().executeOnKey(StateKeys.ofRoom(room), new Raise(epoch));
        var kept = StateEntry.from(after);
        if (kept.epoch() > epoch) {
            throw new StaleEpochException(room, kept.epoch());
        }
        return kept;
    }

    Collection<StateEntry> seal(String room, long epoch, long sealed) {
        var staying =
                state.entries()
                        .executeOnEntries(new Seal(epoch, sealed), participantsOf(room))
                        .values();
        var kept = new ArrayList<StateEntry>();
        for (byte[] each : staying) {
            var entry = StateEntry.from(each);
            if (entry.epoch() > epoch) {
                throw new StaleEpochException(room, entry.epoch());
            }
            kept.add(entry);
        }
        return kept;
    }

    private static Predicate<String, byte[]> participantsOf(String room) {
        return Predicates.partitionPredicate(StateKeys.ofRoom(room), new ParticipantsOf(room));
    }

    @Override
    public Future<Void> write(String room, long epoch, RoomChanges changes) {
        return state.threads().call(() -> writeNow(room, epoch, changes)).mapEmpty();
    }

    private boolean writeNow(String room, long epoch, RoomChanges changes) {
        writeParticipants(room, epoch, changes);
        var record = changes.record().map(HazelcastStore::bytes).orElse(null);
        check(
                room,
                state.entries().executeOnKey(StateKeys.ofRoom(room), new WriteRoom(epoch, record)));
        return true;
    }

    private void writeParticipants(String room, long epoch, RoomChanges changes) {
        var stored = new HashMap<String, byte[]>();
        changes.stored()
                .forEach((identity, each) ->
                        stored.put(StateKeys.ofParticipant(room, identity), bytes(epoch, each)));
        var gone = new HashMap<String, String>();
        changes.gone()
                .forEach((identity, sid) -> gone.put(StateKeys.ofParticipant(room, identity), sid));
        var keys = new HashSet<>(stored.keySet());
        keys.addAll(gone.keySet());
        var processor = new WriteParticipants(epoch, stored, gone);
        if (keys.size() == 1) {
            String key = keys.iterator().next();
            check(room, state.entries().executeOnKey(key, processor));
        } else if (!keys.isEmpty()) {
            state.entries()
                    .executeOnKeys(keys, processor)
                    .values()
                    .forEach(newer -> check(room, newer));
        }
    }

    private static void check(String room, @Nullable Long newerEpoch) {
        if (newerEpoch != null) {
            throw new StaleEpochException(room, newerEpoch);
        }
    }

    @Override
    public Future<Void> delete(String room, long epoch) {
        return state.threads().call(() -> deleteNow(room, epoch)).mapEmpty();
    }

    /// Without its second step the participants would be dropped by the room's next opening.
    private boolean deleteNow(String room, long epoch) {
        check(room, state.entries().executeOnKey(StateKeys.ofRoom(room), new Delete(epoch)));
        state.entries().executeOnEntries(new Drop(epoch), participantsOf(room));
        return true;
    }

    @Override
    public Future<List<RoomRecord>> rooms() {
        return state.threads().call(this::roomsNow);
    }

    private List<RoomRecord> roomsNow() throws InvalidProtocolBufferException {
        var rooms = new ArrayList<RoomRecord>();
        for (byte[] each : state.entries().values(new AllRooms())) {
            var entry = StateEntry.from(each);
            if (!entry.record().isEmpty()) {
                rooms.add(room(entry.record()).listed());
            }
        }
        return rooms;
    }

    @Override
    public boolean outlivesNode() {
        return true;
    }

    @Override
    public String toString() {
        return "hazelcast";
    }

    private static ByteString bytes(RoomRecord record) {
        return StoredRoomRecord.newBuilder()
                .setRoom(record.room())
                .setInternal(record.internal())
                .setState(record.state())
                .build()
                .toByteString();
    }

    private static RoomRecord room(ByteString bytes) throws InvalidProtocolBufferException {
        var stored = StoredRoomRecord.parseFrom(bytes);
        return new RoomRecord(stored.getRoom(), stored.getInternal(), stored.getState());
    }

    static byte[] bytes(long epoch, ParticipantRecord record) {
        var stored =
                StoredParticipantRecord.newBuilder()
                        .setInfo(record.info())
                        .setState(record.state())
                        .build();
        return new StateEntry(epoch, 0, record.info().getSid(), stored.toByteString()).toBytes();
    }

    private static ParticipantRecord participant(ByteString bytes)
            throws InvalidProtocolBufferException {
        var stored = StoredParticipantRecord.parseFrom(bytes);
        return new ParticipantRecord(stored.getInfo(), stored.getState());
    }
}

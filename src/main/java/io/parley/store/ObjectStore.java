package io.parley.store;

import io.parley.store.state.ParticipantState;
import io.parley.store.state.RoomState;
import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;

/// What outlives a room's verticle, behind one interface chosen by configuration. The owner of a
/// room writes, the next owner reads. Every write carries the epoch of its writer: once the room
/// was opened in a higher epoch, older writes fail with a [StaleEpochException] and change nothing
/// that a later owner would see. Futures complete on the caller's context; one that failed for any
/// other reason may have been carried out or not, and may be tried again.
public interface ObjectStore {
    /// Makes the epoch the room's, and tells what the owners before have left. Opening twice in the
    /// same epoch is allowed.
    Future<StoredRoom> open(String room, long epoch);

    /// Writes all changes of the room, or none that a reader could mistake for the others' work.
    Future<Void> write(String room, long epoch, RoomChanges changes);

    /// Forgets the room and its participants, and ends the epoch: nothing is written in it any
    /// more. It is remembered for a while.
    Future<Void> delete(String room, long epoch);

    /// The records of all rooms, for listing: without what only an owner knows.
    Future<List<RoomRecord>> rooms();

    /// Whether the store outlives this node, so that what only a next owner needs is worth writing.
    boolean outlivesNode();

    /// A room as clients see it, as only servers see it, and what only its owner knows.
    record RoomRecord(Room room, RoomInternal internal, RoomState state) {
        RoomRecord listed() {
            return new RoomRecord(room, internal, RoomState.getDefaultInstance());
        }
    }

    /// A participant as others see it, and what only its room's owner knows.
    record ParticipantRecord(ParticipantInfo info, ParticipantState state) {
        public String identity() {
            return info.getIdentity();
        }
    }

    /// What owners before have left.
    ///
    /// @param participants in no particular order
    record StoredRoom(Optional<RoomRecord> record, List<ParticipantRecord> participants) {
        public static final StoredRoom NOTHING = new StoredRoom(Optional.empty(), List.of());

        public StoredRoom {
            participants = List.copyOf(participants);
        }
    }

    /// What has changed since the last write.
    ///
    /// @param stored participants by identity, new or changed
    /// @param gone session id (sid) by identity; another session that has taken the identity stays
    record RoomChanges(
            Optional<RoomRecord> record,
            Map<String, ParticipantRecord> stored,
            Map<String, String> gone) {
        public RoomChanges {
            stored = Map.copyOf(stored);
            gone = Map.copyOf(gone);
        }
    }
}

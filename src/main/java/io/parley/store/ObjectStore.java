package io.parley.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;

/// Records of rooms and of their participants, behind one interface chosen by configuration. The
/// owner of a room writes through; anybody may read. Futures complete on the caller's context.
public interface ObjectStore {
    /// Keeps the record if there is none of that name yet. Of several creators one wins, and all of
    /// them are told the record that counts.
    Future<RoomRecord> createRoom(RoomRecord wanted);

    Future<Void> storeRoom(RoomRecord record);

    Future<Optional<RoomRecord>> loadRoom(String name);

    Future<List<RoomRecord>> loadRooms();

    /// Forgets the room and its participants.
    Future<Void> deleteRoom(String name);

    Participants participants();

    /// The participants' half of the store.
    interface Participants {
        Future<Void> store(String room, ParticipantInfo participant);

        Future<Optional<ParticipantInfo>> load(String room, String identity);

        Future<List<ParticipantInfo>> loadAll(String room);

        /// Forgets the participant, unless another session has taken the identity since.
        Future<Void> delete(String room, String identity, String sid);
    }

    /// A room as clients see it and as only servers see it.
    record RoomRecord(Room room, RoomInternal internal) {}
}

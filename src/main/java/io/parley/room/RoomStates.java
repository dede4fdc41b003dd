package io.parley.room;

import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.state.ParticipantState;
import io.parley.store.state.RoomState;

/// What of a room and its participants goes to the store for the next owner. Pure.
final class RoomStates {
    private RoomStates() {}

    static RoomState of(Room room, boolean withState) {
        return withState
                ? RoomState.newBuilder().setSifTrailer(room.sifTrailer()).build()
                : RoomState.getDefaultInstance();
    }

    static ParticipantRecord of(Participant participant, boolean withState) {
        return new ParticipantRecord(participant.info(), ParticipantState.getDefaultInstance());
    }
}

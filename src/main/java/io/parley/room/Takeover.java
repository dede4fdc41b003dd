package io.parley.room;

import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.ObjectStore.StoredRoom;
import io.parley.store.state.RoomState;
import java.util.List;
import livekit.LivekitModels.ParticipantInfo.State;

/// Puts into a new room what another node left of it: everybody with their tracks, then who
/// subscribes to what. All wait for their websockets, as after a lost connection. Used once.
final class Takeover {
    private final Room room;

    Takeover(Room room) {
        this.room = room;
    }

    void restore(long nowNs, StoredRoom stored) {
        var records =
                stored.participants().stream()
                        .filter(record -> record.state().hasSession())
                        .toList();
        records.forEach(record -> enter(nowNs, record));
        stored.record().ifPresent(record -> count(record.state()));
        records.forEach(record -> subscribe(nowNs, record));
        for (var participant : List.copyOf(room.participants())) {
            for (var other : room.participants()) {
                participant.seen().onSnapshot(nowNs, other.info());
            }
            room.emit(nowNs, new RoomEvent.ParticipantTakenOver(participant.info()));
            room.lost().onTakenOver(nowNs, participant);
            if (participant.state() == State.JOINED) {
                room.admission().verifyLater(nowNs, participant);
            }
        }
    }

    private void enter(long nowNs, ParticipantRecord record) {
        var participant = Participant.takenOver(nowNs, room, record);
        for (var state : record.state().getTracksList()) {
            participant.tracks().takeOver(nowNs, TrackStates.track(room, participant, state));
        }
        participant.dataTracks().takeOver(record.info().getDataTracksList());
        room.readmit(participant);
    }

    private void count(RoomState state) {
        for (var participant : room.participants()) {
            participant.channels().takeOver(state.getLastSequencesOrDefault(participant.sid(), 0));
        }
    }

    private void subscribe(long nowNs, ParticipantRecord record) {
        var participant = room.bySid(record.info().getSid());
        if (participant == null) {
            return;
        }
        var state = record.state();
        participant
                .subscriptionPermissions()
                .onUpdate(state.getSubscriptionPermission(), room.participantsBySid());
        for (var subscription : state.getSubscriptionsList()) {
            participant.subscriptions().takeOver(nowNs, subscription);
        }
        participant.subscriptions().takeOverUnknown(nowNs);
        participant
                .dataTracks()
                .takeOver(state.getWishedDataTracksList(), state.getDataTrackHandlesMap());
    }
}

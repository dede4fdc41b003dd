package io.parley.room;

import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.state.ParticipantState;
import io.parley.store.state.RoomState;

/// What of a room and its participants goes to the store for the next owner. Pure.
final class RoomStates {
    private RoomStates() {}

    static RoomState of(Room room, boolean withState) {
        if (!withState) {
            return RoomState.getDefaultInstance();
        }
        var state =
                RoomState.newBuilder()
                        .setSifTrailer(room.sifTrailer())
                        .setUsed(room.lifetime().isUsed());
        for (var participant : room.participants()) {
            int sequence = participant.channels().lastSequence();
            if (sequence != 0) {
                state.putLastSequences(participant.sid(), sequence);
            }
        }
        return state.build();
    }

    static ParticipantRecord of(Participant participant, boolean withState) {
        return new ParticipantRecord(
                participant.info(),
                withState ? state(participant) : ParticipantState.getDefaultInstance());
    }

    private static ParticipantState state(Participant participant) {
        var init = participant.init();
        var session =
                init.session().toBuilder()
                        .clearReconnect()
                        .clearParticipantId()
                        .clearCreateRoom()
                        .clearAddTrackRequests()
                        .clearPublisherOffer()
                        .clearSyncState()
                        .setIdentity(participant.identity())
                        .setGrantsJson(participant.currentGrants().claimsJson());
        var state =
                ParticipantState.newBuilder()
                        .setSession(session)
                        .setApiKey(init.apiKey())
                        .setTokenExpiresMs(init.tokenExpiresMs())
                        .setSubscriptionPermission(participant.subscriptionPermissions().update())
                        .addAllSubscriptions(participant.subscriptions().states());
        participant.tracks().known().forEach(track -> state.addTracks(TrackStates.of(track)));
        participant.dataTracks().save(state);
        participant.negotiation().save(state);
        return state.build();
    }
}

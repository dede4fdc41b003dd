package io.parley.room;

import com.google.protobuf.UnknownFieldSet;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.PublishDataTrackRequest;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SimulateScenario;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrickleRequest;
import livekit.LivekitRtc.UnpublishDataTrackRequest;
import livekit.LivekitRtc.UpdateDataSubscription;
import livekit.LivekitRtc.UpdateLocalAudioTrack;
import livekit.LivekitRtc.UpdateLocalVideoTrack;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;

/// Everything a client may ask for, one method a request (signal.md §4). Owned by its room's
/// context.
public final class ParticipantRequests {
    private final Room room;
    private final Participant participant;

    public ParticipantRequests(Room room, Participant participant) {
        this.room = room;
        this.participant = participant;
    }

    /// Any request shows that the client is there.
    public void onAny(long nowNs) {
        participant.onSignalSeen(nowNs);
    }

    /// The client has read on: whatever waits for it may go.
    public void onReady() {
        participant.signal().onReady();
    }

    public void onOffer(long nowNs, SessionDescription offer) {
        participant.negotiation().onOffer(nowNs, offer);
    }

    public void onAnswer(long nowNs, SessionDescription answer) {
        participant.negotiation().onAnswer(nowNs, answer);
    }

    public void onTrickle(TrickleRequest trickle) {
        try {
            participant.negotiation().onTrickle(trickle);
        } catch (Trickle.MalformedCandidateException e) {
            participant
                    .responses()
                    .refuse(
                            RequestResponse.newBuilder().setTrickle(trickle),
                            Reason.UNCLASSIFIED_ERROR,
                            String.valueOf(e.getMessage()));
        }
    }

    public void onAddTrack(long nowNs, AddTrackRequest request) {
        participant.tracks().onAddTrack(nowNs, request);
    }

    public void onMute(long nowNs, MuteTrackRequest request) {
        if (!participant.tracks().onMute(nowNs, request.getSid(), request.getMuted())) {
            notFound(RequestResponse.newBuilder().setMute(request));
        }
    }

    public void onSubscription(long nowNs, UpdateSubscription request) {
        participant.subscriptions().onRequest(nowNs, request);
    }

    public void onTrackSetting(long nowNs, UpdateTrackSettings request) {
        participant.subscriptions().onTrackSetting(nowNs, request);
    }

    public void onLeave(long nowNs, LeaveRequest request) {
        room.endings().clientLeft(nowNs, participant, request.getReason());
    }

    public void onSubscriptionPermission(long nowNs, SubscriptionPermission request) {
        var rules = participant.subscriptionPermissions();
        if (!rules.onUpdate(request, room.participantsBySid())) {
            return;
        }
        for (var other : room.others(participant)) {
            other.subscriptions().reconcile(nowNs);
            other.dataTracks().recheck();
        }
    }

    /// What a resumed client believes in; a track that we do not know ends the session (§4.10).
    public void onSyncState(long nowNs, SyncState state) {
        for (var published : state.getPublishTracksList()) {
            if (participant.tracks().find(published.getTrack().getSid()) == null) {
                room.endings().fullReconnect(nowNs, participant);
                return;
            }
        }
        for (var published : state.getPublishDataTracksList()) {
            if (!participant.dataTracks().has(published.getInfo().getSid())) {
                room.endings().fullReconnect(nowNs, participant);
                return;
            }
        }
        participant.negotiation().onSyncState(nowNs, state);
        state.getTrackSidsDisabledList()
                .forEach(sid -> participant.subscriptions().disable(nowNs, sid));
        if (state.hasSubscription()) {
            participant.subscriptions().onRequest(nowNs, state.getSubscription());
        }
    }

    public void onSimulate(long nowNs, SimulateScenario scenario) {
        room.simulations().onRequest(nowNs, participant, scenario);
    }

    public void onUpdateMetadata(long nowNs, UpdateParticipantMetadata request) {
        room.metadata().onRequest(nowNs, participant, request);
    }

    /// Answered where the websocket is; here it only shows that the client lives.
    public void onPing(long nowNs, Ping ping) {
        participant.onSignalSeen(nowNs);
    }

    public void onUpdateAudioTrack(long nowNs, UpdateLocalAudioTrack request) {
        if (!participant.tracks().onFeatures(nowNs, request)) {
            notFound(RequestResponse.newBuilder().setUpdateAudioTrack(request));
        }
    }

    public void onUpdateVideoTrack(long nowNs, UpdateLocalVideoTrack request) {
        if (!participant.tracks().onSize(nowNs, request)) {
            notFound(RequestResponse.newBuilder().setUpdateVideoTrack(request));
        }
    }

    public void onPublishDataTrack(long nowNs, PublishDataTrackRequest request) {
        participant.dataTracks().onPublish(nowNs, request);
    }

    public void onUnpublishDataTrack(long nowNs, UnpublishDataTrackRequest request) {
        participant.dataTracks().onUnpublish(nowNs, request);
    }

    public void onUpdateDataSubscription(UpdateDataSubscription request) {
        participant.dataTracks().onSubscribe(request);
    }

    /// A request that is newer than the generated classes.
    public void onUnknown(UnknownFieldSet request) {
        for (int requestId : DataBlobs.requestIds(request)) {
            participant
                    .responses()
                    .refuse(
                            RequestResponse.newBuilder().setRequestId(requestId),
                            Reason.NOT_ALLOWED,
                            "data blob not enabled");
        }
    }

    private void notFound(RequestResponse.Builder response) {
        participant.responses().refuse(response, Reason.NOT_FOUND, "");
    }
}

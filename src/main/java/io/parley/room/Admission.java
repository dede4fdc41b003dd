package io.parley.room;

import java.time.Duration;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitRtc.LeaveRequest.Action;

/// Who comes into a room, in which order it is told so, and when it counts as there (signal.md §3.1
/// #5 to #15). Owned by its room.
final class Admission {
    static final long JOIN_VERIFY_NS = Duration.ofSeconds(60).toNanos();

    private final Room room;
    private final JoinResponses responses;

    Admission(Room room, JoinResponses responses) {
        this.room = room;
        this.responses = responses;
    }

    /// Lets a client in, lets it resume, or says why not.
    JoinOutcome join(long nowNs, ParticipantInit init, SignalSink sink) {
        if (init.identity().isEmpty()) {
            var objection = room.objections().toStart(init.session().getCreateRoom());
            if (objection.isPresent()) {
                return refuse(nowNs, objection.get());
            }
            room.start(nowNs, init.session().getCreateRoom());
            return new JoinOutcome.RoomOnly();
        }
        var objection = room.objections().toJoin(init);
        if (objection.isPresent()) {
            return objection.get().isOfRoom()
                    ? refuse(nowNs, objection.get())
                    : new JoinOutcome.Refused(objection.get());
        }
        var present = room.byIdentity(init.identity());
        if (init.reconnect()) {
            return present != null && Resumption.isSame(init, present) && present.canResume()
                    ? resume(nowNs, present, init, sink)
                    : turnAway(nowNs, init, sink);
        }
        room.start(nowNs, init.session().getCreateRoom());
        if (present != null) {
            room.endings().duplicateIdentity(nowNs, present);
        }
        return new JoinOutcome.Joined(admit(nowNs, init, sink));
    }

    private JoinOutcome refuse(long nowNs, JoinOutcome.Refusal why) {
        room.giveUpUnstarted(nowNs);
        return new JoinOutcome.Refused(why);
    }

    /// A websocket that has outlived the room's last owner goes on where a new offer is all that it
    /// takes; else the client is asked for what only it can do.
    void attach(long nowNs, Participant participant, SignalSink sink) {
        participant.signal().attach(sink);
        if (participant.canResume() && participant.negotiation().arrival().isByOffer()) {
            new Resumption(room, responses).goOn(nowNs, participant);
        } else {
            room.endings().sendOn(nowNs, participant);
        }
    }

    private JoinOutcome resume(
            long nowNs, Participant participant, ParticipantInit init, SignalSink sink) {
        if (room.simulations().breaksSilently(nowNs, participant)) {
            sink.close();
            return new JoinOutcome.TurnedAway();
        }
        new Resumption(room, responses).resume(nowNs, participant, init, sink);
        if (init.session().hasSyncState()) {
            var requests = new ParticipantRequests(room, participant);
            requests.onSyncState(nowNs, init.session().getSyncState());
        }
        if (room.simulations().breaksAfterwards(nowNs, participant)) {
            participant.signal().closeConnection(nowNs);
            room.onConnectionLost(nowNs, participant);
        }
        return new JoinOutcome.Resumed(participant);
    }

    private JoinOutcome turnAway(long nowNs, ParticipantInit init, SignalSink sink) {
        var client = new ClientTraits(init.session().getClient());
        sink.send(Endings.leave(client, DisconnectReason.STATE_MISMATCH, Action.RECONNECT));
        sink.close();
        room.giveUpUnstarted(nowNs);
        return new JoinOutcome.TurnedAway();
    }

    /// JoinResponse first; then the others hear; then the server's offer; then what came with the
    /// join request; then the token.
    private Participant admit(long nowNs, ParticipantInit init, SignalSink sink) {
        var joiner = new Participant(nowNs, room, init, sink);
        room.enter(nowNs, joiner);
        joiner.seen().onSnapshot(nowNs, joiner.info());
        joiner.signal().send(responses.join(nowNs, joiner));
        joiner.onJoinWritten();
        room.updates().broadcast(nowNs, joiner);
        if (joiner.isRecorder() && room.record().activeRecording(true)) {
            room.sendRoomUpdate(nowNs);
        }
        room.onParticipantChanged(nowNs, joiner);
        verifyLater(nowNs, joiner);
        startMedia(nowNs, joiner);
        for (var request : init.session().getAddTrackRequestsList()) {
            joiner.tracks().onAddTrack(nowNs, request);
        }
        if (init.session().hasPublisherOffer()) {
            joiner.negotiation().onOffer(nowNs, init.session().getPublisherOffer());
        }
        if (!joiner.isGone()) {
            joiner.tokens().start(nowNs, joiner);
        }
        return joiner;
    }

    private void startMedia(long nowNs, Participant joiner) {
        var negotiation = joiner.negotiation();
        if (room.fallback().isPreferred(nowNs, joiner.identity())) {
            negotiation.startWithTcp();
        }
        boolean fast = negotiation.isSingle() || joiner.traits().takesFastStart();
        if (negotiation.isSubscriberPrimary()) {
            negotiation.openSubscriber();
        }
        if (fast) {
            subscribeToExisting(nowNs, joiner);
        }
        if (negotiation.isSubscriberPrimary()) {
            negotiation.negotiateNow(nowNs);
        }
    }

    private void subscribeToExisting(long nowNs, Participant joiner) {
        if (joiner.init().session().getAutoSubscribe()) {
            for (var other : room.others(joiner)) {
                other.tracks()
                        .published()
                        .forEach(track -> joiner.subscriptions().subscribe(nowNs, track));
            }
            joiner.subscriptions().reconcile(nowNs);
        }
        joiner.dataTracks().subscribeToExisting();
    }

    /// Who has no connection by then goes.
    void verifyLater(long nowNs, Participant joiner) {
        room.timers()
                .startDecision(
                        nowNs + JOIN_VERIFY_NS,
                        joiner.sid(),
                        "join",
                        laterNs -> verify(laterNs, joiner));
    }

    private void verify(long nowNs, Participant joiner) {
        if (!joiner.isActive()) {
            room.endings().joinFailed(nowNs, joiner);
        }
    }

    void onPrimaryConnected(long nowNs, Participant participant) {
        if (participant.state() != State.JOINED) {
            return;
        }
        participant.onActive(nowNs);
        room.updates().broadcast(nowNs, participant);
        room.onParticipantChanged(nowNs, participant);
        room.onActive(nowNs, participant);
        if (!participant.negotiation().isSingle() && !participant.traits().takesFastStart()) {
            subscribeToExisting(nowNs, participant);
        }
    }
}

package io.parley.room;

import livekit.LivekitModels.ReconnectReason;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.RoomUpdate;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalTarget;

/// A client comes back over a new connection (signal.md §6.1): the old connection is closed, then
/// ReconnectResponse, who went, who is here, the room, what was in force, what was kept, the offer,
/// the token. Used once.
final class Resumption {
    private final Room room;
    private final JoinResponses responses;

    Resumption(Room room, JoinResponses responses) {
        this.room = room;
        this.responses = responses;
    }

    /// Deviates: LiveKit compares the identity only, and resumes somebody else's session after a
    /// quick change of sessions (§10 #18).
    static boolean isSame(ParticipantInit init, Participant present) {
        if (present.isGone()) {
            return false;
        }
        String sid = init.session().getParticipantId();
        return sid.isEmpty() || sid.equals(present.sid());
    }

    void resume(long nowNs, Participant participant, ParticipantInit init, SignalSink sink) {
        var signal = participant.signal();
        countFailure(nowNs, participant, init.session().getReconnectReason());
        if (participant.traits().takesReconnectResponse()) {
            signal.attach(sink, responses.reconnect(nowNs, participant));
        } else {
            signal.attach(sink);
        }
        participant.negotiation().arrival().onResuming();
        goOn(nowNs, participant);
    }

    /// Everything after the first response.
    void goOn(long nowNs, Participant participant) {
        var signal = participant.signal();
        participant.onResumed();
        sendGone(participant);
        room.updates().sendSnapshot(nowNs, participant);
        signal.send(
                SignalResponse.newBuilder()
                        .setRoomUpdate(RoomUpdate.newBuilder().setRoom(room.proto())));
        sendInForce(nowNs, participant);
        signal.sendKept();
        if (room.fallback().isPreferred(nowNs, participant.identity())) {
            participant.negotiation().preferTcp(nowNs, true);
        } else {
            participant.negotiation().onResumed(nowNs);
        }
        participant.tokens().start(nowNs, participant);
        participant.onSignalSeen(nowNs);
    }

    /// Unless it was seen here already, the failure that the client tells of counts now (§6.4).
    private void countFailure(long nowNs, Participant participant, ReconnectReason reason) {
        boolean seen = room.lost().onResumed(participant);
        var target =
                switch (reason) {
                    case RR_PUBLISHER_FAILED -> SignalTarget.PUBLISHER;
                    case RR_SUBSCRIBER_FAILED -> SignalTarget.SUBSCRIBER;
                    default -> null;
                };
        if (target != null && !seen) {
            var failed = participant.negotiation().transport(target);
            room.fallback().onFailure(nowNs, participant, failed);
        }
    }

    private static void sendGone(Participant participant) {
        var gone = participant.seen().goneSince(participant.lastSignalNs());
        if (participant.traits().takesDisconnectedOnResume() && !gone.isEmpty()) {
            participant
                    .signal()
                    .send(
                            SignalResponse.newBuilder()
                                    .setUpdate(
                                            ParticipantUpdate.newBuilder()
                                                    .addAllParticipants(gone)));
        }
    }

    /// What LiveKit leaves out (§10 #26).
    private void sendInForce(long nowNs, Participant participant) {
        participant.subscriptions().resendPermissions(participant.lastSignalNs());
        room.speakers().resend(participant, participant.lastSignalNs());
        room.quality().resend(participant);
        participant.tracks().onResumed(nowNs);
        participant.dataTracks().resendHandles();
    }
}

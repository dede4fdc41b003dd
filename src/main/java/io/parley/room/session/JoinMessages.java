package io.parley.room.session;

import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.auth.Grants;
import io.parley.cluster.BusMessage;
import io.parley.cluster.JoinReply;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.room.JoinOutcome;
import io.parley.room.ParticipantInit;
import livekit.LivekitInternal.StartSession;

/// The join message in, its answer out. Pure.
public final class JoinMessages {
    private JoinMessages() {}

    public static ParticipantInit init(BusMessage message) throws InvalidProtocolBufferException {
        var session = StartSession.parseFrom(message.bytes());
        return new ParticipantInit(
                session,
                Grants.fromJson(session.getGrantsJson()),
                message.header(Ops.API_KEY).orElse(""),
                Long.parseLong(message.header(Ops.TOKEN_EXPIRES_MS).orElse("0")));
    }

    /// The first response is in the sink already.
    public static JoinReply reply(
            JoinOutcome outcome, ConnectionSink sink, NodeId owner, long epoch) {
        return switch (outcome) {
            case JoinOutcome.Joined joined ->
                    accepted(joined.participant().sid(), sink, owner, epoch);
            case JoinOutcome.Resumed resumed ->
                    accepted(resumed.participant().sid(), sink, owner, epoch);
            case JoinOutcome.TurnedAway _, JoinOutcome.RoomOnly _ ->
                    accepted("", sink, owner, epoch);
            case JoinOutcome.Refused refused -> refused.why().reply();
        };
    }

    private static JoinReply accepted(String sid, ConnectionSink sink, NodeId owner, long epoch) {
        return JoinReply.accepted(sid, owner, epoch, sink.first(), sink.isClosedAfterFirst());
    }
}

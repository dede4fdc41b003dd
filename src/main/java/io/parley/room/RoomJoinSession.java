package io.parley.room;

import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.JoinReply;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.room.session.ConnectionSink;
import io.parley.room.session.EncodedResponses;
import io.parley.room.session.JoinMessages;
import io.parley.room.session.ParticipantSession;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/// Joins and resumes as they come over the bus, and the sessions that come of them. Owned by its
/// room's context.
final class RoomJoinSession {
    private final Bus bus;
    private final ParticipantSession.Shell shell;
    private long epoch;
    private final Map<String, ParticipantSession> sessions = new HashMap<>();
    private final EncodedResponses encoded = new EncodedResponses();

    RoomJoinSession(Bus bus, long epoch, ParticipantSession.Shell shell) {
        this.bus = bus;
        this.epoch = epoch;
        this.shell = shell;
    }

    /// The room's epoch was raised; it is still ours.
    void adopt(long raised) {
        epoch = raised;
    }

    /// LiveKit's StartSession.
    void onJoin(Room room, BusRequest request) {
        ParticipantInit init;
        try {
            init = JoinMessages.init(request.message());
        } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
            request.reply(JoinReply.joinFailed("malformed join").toMessage());
            return;
        }
        var sink = sink(request.message());
        JoinReply reply;
        try {
            var outcome = room.join(shell.nowNs(), init, sink);
            startSession(room, outcome, sink);
            reply = JoinMessages.reply(outcome, sink, bus.self(), epoch);
        } catch (RuntimeException e) {
            room.onJoinFault(shell.nowNs(), init.identity());
            throw e;
        }
        request.reply(reply.toMessage());
        sink.onAnswered();
    }

    private ConnectionSink sink(BusMessage message) {
        var edge = message.header(Ops.EDGE).map(NodeId::new).orElse(bus.self());
        String connection = message.header(Ops.CONNECTION).orElse("");
        return new ConnectionSink(bus, edge, connection, epoch, encoded);
    }

    /// Everybody whom another owner has left here has a session, and no websocket yet.
    void onTakenOver(Room room) {
        for (var participant : room.participants()) {
            var none = ConnectionSink.none(bus, epoch);
            var session = new ParticipantSession(room, participant, none, bus, shell);
            sessions.put(participant.sid(), session);
        }
    }

    /// A websocket that has outlived the room's last owner.
    void onAttach(Room room, BusRequest request) {
        String sid = request.message().header(Ops.PARTICIPANT).orElse("");
        var sink = sink(request.message());
        var session = sessions.get(sid);
        if (session == null || !room.attach(shell.nowNs(), sid, sink)) {
            request.reply(new JoinReply.Refused(404, "no such session").toMessage());
            return;
        }
        session.onResumed(sink);
        boolean ends = sink.isClosedAfterFirst();
        request.reply(JoinReply.accepted(sid, bus.self(), epoch, sink.first(), ends).toMessage());
        sink.onAnswered();
    }

    void afterInput() {
        encoded.forget();
    }

    /// Nobody is listened to here any more.
    void closeAll() {
        sessions.values().forEach(ParticipantSession::close);
        sessions.clear();
    }

    /// Whoever is gone again by now needs no session.
    private void startSession(Room room, JoinOutcome outcome, ConnectionSink sink) {
        if (outcome instanceof JoinOutcome.Joined(Participant participant)
                && room.bySid(participant.sid()) != null) {
            var session = new ParticipantSession(room, participant, sink, bus, shell);
            sessions.put(participant.sid(), session);
        } else if (outcome instanceof JoinOutcome.Resumed(Participant participant)
                && room.bySid(participant.sid()) != null) {
            var session = sessions.get(participant.sid());
            Objects.requireNonNull(session, "a participant without session").onResumed(sink);
        }
    }

    /// The same answer as a join would get, and nothing else happens.
    void onCheck(Room room, BusRequest request) {
        JoinReply reply;
        try {
            reply =
                    room.check(JoinMessages.init(request.message()))
                            .map(JoinOutcome.Refusal::reply)
                            .orElseGet(() -> JoinReply.noObjection(bus.self(), epoch));
        } catch (InvalidProtocolBufferException | IllegalArgumentException _) {
            reply = JoinReply.joinFailed("malformed join");
        }
        request.reply(reply.toMessage());
    }

    void onLeft(String sid) {
        var session = sessions.remove(sid);
        if (session != null) {
            session.close();
        }
    }
}

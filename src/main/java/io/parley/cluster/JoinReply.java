package io.parley.cluster;

import io.vertx.core.buffer.Buffer;
import java.util.Map;

/// A room's answer to `join`.
public sealed interface JoinReply {
    /// The client is in (or gets a Leave as its first words): the websocket is upgraded and `first`
    /// is its first frame.
    ///
    /// @param participantSid the session is consumed at `session.<sid>` on `owner`; empty if there
    ///   is none
    /// @param first SignalResponse bytes: JoinResponse, ReconnectResponse or Leave
    /// @param closeAfterFirst close the websocket with 1000 after the first frame (a Leave)
    record Accepted(
            String participantSid, NodeId owner, long epoch, Buffer first, boolean closeAfterFirst)
            implements JoinReply {}

    /// No websocket, this HTTP status and text instead (improvement #10 of the signalling contract:
    /// at once and distinct).
    record Refused(int status, String text) implements JoinReply {}

    static Accepted accepted(
            String sid, NodeId owner, long epoch, byte[] first, boolean closeAfterFirst) {
        return new Accepted(sid, owner, epoch, Buffer.buffer(first), closeAfterFirst);
    }

    /// To `check`: a join would not be refused.
    static Accepted noObjection(NodeId owner, long epoch) {
        return accepted("", owner, epoch, new byte[0], false);
    }

    static Refused joinFailed(String text) {
        return new Refused(500, text);
    }

    default BusMessage toMessage() {
        return switch (this) {
            case Accepted a ->
                    new BusMessage(
                            "accepted",
                            a.epoch(),
                            Map.of(
                                    "sid",
                                    a.participantSid(),
                                    "owner",
                                    a.owner().value(),
                                    "close",
                                    String.valueOf(a.closeAfterFirst())),
                            a.first());
            case Refused r ->
                    BusMessage.of("refused")
                            .with("status", String.valueOf(r.status()))
                            .with("text", r.text());
        };
    }

    static JoinReply from(BusMessage message) {
        if (message.isOp("refused")) {
            int status = Integer.parseInt(message.header("status").orElse("500"));
            return new Refused(status, message.header("text").orElse(""));
        }
        return new Accepted(
                message.header("sid").orElse(""),
                new NodeId(message.header("owner").orElse("?")),
                message.epoch(),
                message.body(),
                message.header("close").orElse("").equals("true"));
    }
}

package io.parley.room;

import io.parley.cluster.JoinReply;

/// What became of a join.
public sealed interface JoinOutcome {
    /// A new participant; its JoinResponse is the first thing in the sink.
    record Joined(Participant participant) implements JoinOutcome {}

    /// The session goes on over the new connection.
    record Resumed(Participant participant) implements JoinOutcome {}

    /// There is nothing to resume: a Leave is in the sink, which is closed.
    record TurnedAway() implements JoinOutcome {}

    /// An empty identity only creates the room.
    record RoomOnly() implements JoinOutcome {}

    /// Nothing was written; the handshake fails at once (§10 #10).
    record Refused(Refusal why) implements JoinOutcome {}

    /// Why nobody may come in.
    enum Refusal {
        ROOM_CLOSED(503, "unavailable", "room is closing"),
        ROOM_FULL(429, "resource_exhausted", "maximum participants reached"),
        METADATA_TOO_LARGE(400, "invalid_argument", "metadata size exceeds limits"),
        ATTRIBUTES_TOO_LARGE(400, "invalid_argument", "attribute size exceeds limits"),
        UNKNOWN_PRESET(
                500, "invalid_argument", "unknown room configuration in create room request"),
        EGRESS_MISSING(500, "internal", "egress not connected (redis required)");

        private final int status;
        private final String code;
        private final String text;

        Refusal(int status, String code, String text) {
            this.status = status;
            this.code = code;
            this.text = text;
        }

        /// As the server API says it.
        public String code() {
            return code;
        }

        public String text() {
            return text;
        }

        /// As the handshake says it.
        public JoinReply reply() {
            return new JoinReply.Refused(status, text);
        }

        /// Nobody at all could come in.
        boolean isOfRoom() {
            return this == UNKNOWN_PRESET || this == EGRESS_MISSING;
        }
    }
}

package io.parley.room;

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
        ROOM_CLOSED,
        ROOM_FULL,
        METADATA_TOO_LARGE,
        ATTRIBUTES_TOO_LARGE
    }
}

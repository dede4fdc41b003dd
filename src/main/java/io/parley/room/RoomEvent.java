package io.parley.room;

import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;

/// What the outside hears of a room: the store, webhooks, metrics, and the shell that ends
/// sessions.
public sealed interface RoomEvent {
    /// The room came to life, with what only servers see.
    record RoomStarted(Room room, RoomInternal internal) implements RoomEvent {}

    /// The room's record changed and is to be stored.
    record RoomUpdated(Room room) implements RoomEvent {}

    /// The room is over.
    record RoomFinished(Room room, RoomEnd end) implements RoomEvent {}

    /// First time ACTIVE.
    ///
    /// @param protocol of its signalling
    /// @param latencyMs from its join to its first connection
    record ParticipantJoined(ParticipantInfo participant, int protocol, long latencyMs)
            implements RoomEvent {}

    /// It was in the room when another node had it, and is awaited here.
    record ParticipantTakenOver(ParticipantInfo participant) implements RoomEvent {}

    /// A participant's record changed and is to be stored; never of one who has left.
    record ParticipantChanged(ParticipantInfo participant) implements RoomEvent {}

    /// The session is over: unregister its consumer, forget its record.
    ///
    /// @param wasActive whether the outside heard of it joining
    /// @param protocol of its signalling
    /// @param sessionMs since its join
    record ParticipantLeft(
            ParticipantInfo participant, boolean wasActive, int protocol, long sessionMs)
            implements RoomEvent {}

    record TrackPublished(ParticipantInfo participant, TrackInfo track) implements RoomEvent {}

    record TrackUnpublished(ParticipantInfo participant, TrackInfo track) implements RoomEvent {}

    /// Takes no reliable data: what is sent to it is lost until it has read what waits.
    record DataReaderStalled(ParticipantInfo participant) implements RoomEvent {}

    /// What is only counted. A `kind` is `AUDIO` or `VIDEO`.
    sealed interface Counted extends RoomEvent {
        /// A participant was let in; whether its media comes is open.
        record Admitted() implements Counted {}

        record PublishAttempted(String kind) implements Counted {}

        /// A track that was announced and went before it came.
        record PublishCanceled(String kind) implements Counted {}

        record SubscribeAttempted() implements Counted {}

        /// The subscriber takes the track from now on.
        record Subscribed(String kind) implements Counted {}

        record Unsubscribed(String kind) implements Counted {}

        record SubscribeFailed(String error) implements Counted {}
    }

    /// Why a room ended (signal.md §11 RoomEndReason). After SUPERSEDED (another owner was found)
    /// and HANDED_OVER (it was given to one) it goes on elsewhere.
    enum RoomEnd {
        API_DELETE,
        IDLE_TIMEOUT,
        SERVER_SHUTDOWN,
        SUPERSEDED,
        HANDED_OVER,
        OPEN_FAILED
    }

    /// Takes a room's events, in order, on the room's context.
    @FunctionalInterface
    interface Listener {
        void onRoomEvent(long nowNs, RoomEvent event);
    }
}

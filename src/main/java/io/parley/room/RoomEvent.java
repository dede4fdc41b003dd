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
    record ParticipantJoined(ParticipantInfo participant) implements RoomEvent {}

    /// A participant's record changed and is to be stored; never of one who has left.
    record ParticipantChanged(ParticipantInfo participant) implements RoomEvent {}

    /// The session is over: unregister its consumer, forget its record.
    ///
    /// @param wasActive whether the outside heard of it joining
    record ParticipantLeft(ParticipantInfo participant, boolean wasActive) implements RoomEvent {}

    record TrackPublished(ParticipantInfo participant, TrackInfo track) implements RoomEvent {}

    record TrackUnpublished(ParticipantInfo participant, TrackInfo track) implements RoomEvent {}

    /// Why a room ended (signal.md §11 RoomEndReason).
    enum RoomEnd {
        API_DELETE,
        IDLE_TIMEOUT,
        SERVER_SHUTDOWN,
        SUPERSEDED,
        OPEN_FAILED
    }

    /// Takes a room's events, in order, on the room's context.
    @FunctionalInterface
    interface Listener {
        void onRoomEvent(long nowNs, RoomEvent event);
    }
}

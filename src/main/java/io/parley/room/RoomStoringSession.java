package io.parley.room;

import io.parley.store.ObjectStore;
import io.parley.store.ObjectStore.RoomRecord;
import io.vertx.core.Future;
import livekit.LivekitInternal.RoomInternal;

/// Writes a room's events through to the store: the room on update, a participant on change unless
/// it has left, nothing of either after the end. Part of the shell; owned by its room's context.
final class RoomStoringSession implements RoomEvent.Listener {
    private final String room;
    private final ObjectStore store;
    private RoomInternal internal = RoomInternal.getDefaultInstance();

    RoomStoringSession(String room, ObjectStore store) {
        this.room = room;
        this.store = store;
    }

    @Override
    public void onRoomEvent(long nowNs, RoomEvent event) {
        switch (event) {
            case RoomEvent.RoomStarted started -> {
                internal = started.internal();
                store.createRoom(new RoomRecord(started.room(), internal));
            }
            case RoomEvent.RoomUpdated updated ->
                    store.storeRoom(new RoomRecord(updated.room(), internal));
            case RoomEvent.ParticipantChanged changed ->
                    store.participants().store(room, changed.participant());
            case RoomEvent.ParticipantLeft left ->
                    store.participants()
                            .delete(
                                    room,
                                    left.participant().getIdentity(),
                                    left.participant().getSid());
            case RoomEvent.RoomFinished _,
                    RoomEvent.ParticipantJoined _,
                    RoomEvent.DataReaderStalled _,
                    RoomEvent.TrackPublished _,
                    RoomEvent.TrackUnpublished _,
                    RoomEvent.Counted _ -> {
                // The record of a finished room goes with [#onFinished].
            }
        }
    }

    /// What moves to another node keeps its record.
    Future<Void> onFinished(RoomEvent.RoomEnd end) {
        return switch (end) {
            case API_DELETE, IDLE_TIMEOUT, OPEN_FAILED -> store.deleteRoom(room);
            case SERVER_SHUTDOWN, SUPERSEDED -> Future.succeededFuture();
        };
    }
}

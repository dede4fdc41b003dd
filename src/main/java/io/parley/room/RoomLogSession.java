package io.parley.room;

import io.parley.cluster.RoomName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A room's life as log lines. Part of the shell; owned by its room's context.
final class RoomLogSession implements RoomEvent.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Room.class);

    private final RoomName room;
    private final long epoch;

    RoomLogSession(RoomName room, long epoch) {
        this.room = room;
        this.epoch = epoch;
    }

    @Override
    public void onRoomEvent(long nowNs, RoomEvent event) {
        switch (event) {
            case RoomEvent.RoomStarted started ->
                    LOG.info(
                            "Room started. room={} sid={} epoch={}",
                            room,
                            started.room().getSid(),
                            epoch);
            case RoomEvent.RoomFinished finished ->
                    LOG.info("Room closed. room={} epoch={} end={}", room, epoch, finished.end());
            case RoomEvent.ParticipantJoined joined ->
                    LOG.info(
                            "Participant active. room={} participant={} sid={}",
                            room,
                            joined.participant().getIdentity(),
                            joined.participant().getSid());
            case RoomEvent.ParticipantTakenOver(var participant) ->
                    LOG.info(
                            "Participant taken over. room={} participant={} sid={}",
                            room,
                            participant.getIdentity(),
                            participant.getSid());
            case RoomEvent.ParticipantLeft left ->
                    LOG.info(
                            "Participant left. room={} participant={} sid={} reason={}",
                            room,
                            left.participant().getIdentity(),
                            left.participant().getSid(),
                            left.participant().getDisconnectReason());
            case RoomEvent.TrackPublished published ->
                    LOG.info(
                            "Track published. room={} participant={} track={}",
                            room,
                            published.participant().getIdentity(),
                            published.track().getSid());
            case RoomEvent.DataReaderStalled stalled ->
                    LOG.warn(
                            "Data reader stalled: reliable messages to it are lost. room={}"
                                    + " participant={}",
                            room,
                            stalled.participant().getIdentity());
            case RoomEvent.TrackUnpublished _,
                    RoomEvent.RoomUpdated _,
                    RoomEvent.ParticipantChanged _,
                    RoomEvent.Counted _ -> {
                // Too often to be told.
            }
        }
    }
}

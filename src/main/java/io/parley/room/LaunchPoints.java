package io.parley.room;

import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;

/// The named places at which a room launches agents (AgentDispatch) and recorders (EgressLauncher).
public interface LaunchPoints {
    /// Nothing is launched.
    LaunchPoints NONE =
            new LaunchPoints() {
                @Override
                public boolean hasEgress() {
                    return false;
                }

                @Override
                public void onRoomStarted(Room room, RoomInternal internal) {}

                @Override
                public void onParticipantActive(Room room, ParticipantInfo participant) {}

                @Override
                public void onTrackPublished(
                        Room room, ParticipantInfo participant, TrackInfo track) {}
            };

    /// Whether recorders can be launched at all; a room that is to be recorded from its start is
    /// refused without.
    boolean hasEgress();

    /// Room agents (JT_ROOM) and the room composite egress.
    void onRoomStarted(Room room, RoomInternal internal);

    /// Participant agents (JT_PARTICIPANT) and the auto participant egress.
    void onParticipantActive(Room room, ParticipantInfo participant);

    /// Publisher agents (JT_PUBLISHER, with the first track) and the auto track egress.
    void onTrackPublished(Room room, ParticipantInfo participant, TrackInfo track);
}

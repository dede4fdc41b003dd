package io.parley.room;

import java.time.Duration;
import java.util.List;
import livekit.LivekitAgentDispatch.RoomAgentDispatch;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.PlayoutDelay;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;

/// A room's record, as clients and as only servers see it (signal.md §3.3). Owned by its room.
final class RoomRecord {
    private static final long MS_PER_SECOND = 1000;
    private static final int USUAL_MAX_PLAYOUT_MS = 10_000;

    private final Room.Builder room;
    private final RoomInternal.Builder internal;
    private int ticks;
    private int toldParticipants;
    private int toldPublishers;

    RoomRecord(Room room, RoomInternal internal) {
        this.room = room.toBuilder();
        this.internal = internal.toBuilder();
    }

    /// A new room with what configuration says. The password of the embedded TURN server is
    /// nobody's business and left empty (§10 #25).
    static RoomRecord create(
            String name, String sid, RoomSettings.Defaults defaults, long epochMs) {
        var room =
                Room.newBuilder()
                        .setSid(sid)
                        .setName(name)
                        .setCreationTime(epochMs / MS_PER_SECOND)
                        .setCreationTimeMs(epochMs)
                        .setEmptyTimeout((int) defaults.emptyTimeout().toSeconds())
                        .setDepartureTimeout((int) defaults.departureTimeout().toSeconds())
                        .setMaxParticipants(defaults.maxParticipants())
                        .addAllEnabledCodecs(defaults.enabledCodecs());
        var internal = RoomInternal.newBuilder().setSyncStreams(defaults.syncStreams());
        if (defaults.playoutDelay().getEnabled()) {
            internal.setPlayoutDelay(defaults.playoutDelay());
        }
        return new RoomRecord(room.build(), internal.build());
    }

    /// Values of a request that are set override; a room without agents gets the nameless one.
    void apply(CreateRoomRequest request) {
        if (request.getEmptyTimeout() > 0) {
            room.setEmptyTimeout(request.getEmptyTimeout());
        }
        if (request.getDepartureTimeout() > 0) {
            room.setDepartureTimeout(request.getDepartureTimeout());
        }
        if (request.getMaxParticipants() > 0) {
            room.setMaxParticipants(request.getMaxParticipants());
        }
        if (!request.getMetadata().isEmpty()) {
            room.setMetadata(request.getMetadata());
        }
        if (request.getSyncStreams()) {
            internal.setSyncStreams(true);
        }
        if (request.getMinPlayoutDelay() > 0 || request.getMaxPlayoutDelay() > 0) {
            internal.setPlayoutDelay(
                    PlayoutDelay.newBuilder()
                            .setEnabled(true)
                            .setMin(request.getMinPlayoutDelay())
                            .setMax(request.getMaxPlayoutDelay()));
        }
        if (request.getEgress().hasParticipant()) {
            internal.setParticipantEgress(request.getEgress().getParticipant());
        }
        if (request.getEgress().hasTracks()) {
            internal.setTrackEgress(request.getEgress().getTracks());
        }
        applyAgents(request.getAgentsList());
    }

    private void applyAgents(List<RoomAgentDispatch> agents) {
        if (!agents.isEmpty()) {
            internal.clearAgentDispatches().addAllAgentDispatches(agents);
        } else if (internal.getAgentDispatchesCount() == 0) {
            internal.addAgentDispatches(RoomAgentDispatch.getDefaultInstance());
        }
    }

    Room proto() {
        return room.build();
    }

    RoomInternal internal() {
        return internal.build();
    }

    String name() {
        return room.getName();
    }

    String sid() {
        return room.getSid();
    }

    int maxParticipants() {
        return room.getMaxParticipants();
    }

    Duration emptyTimeout() {
        return Duration.ofSeconds(room.getEmptyTimeout());
    }

    Duration departureTimeout() {
        return Duration.ofSeconds(room.getDepartureTimeout());
    }

    List<Codec> enabledCodecs() {
        return room.getEnabledCodecsList();
    }

    boolean syncStreams() {
        return internal.getSyncStreams();
    }

    boolean hasPlayoutDelay() {
        return internal.getPlayoutDelay().getEnabled();
    }

    int minPlayoutDelayMs() {
        return internal.getPlayoutDelay().getMin();
    }

    int maxPlayoutDelayMs() {
        int told = internal.getPlayoutDelay().getMax();
        return told == 0 ? USUAL_MAX_PLAYOUT_MS : told;
    }

    void metadata(String metadata) {
        room.setMetadata(metadata);
    }

    /// True if that changed anything.
    boolean activeRecording(boolean active) {
        boolean changed = room.getActiveRecording() != active;
        room.setActiveRecording(active);
        return changed;
    }

    void counts(int participants, int publishers) {
        room.setNumParticipants(participants).setNumPublishers(publishers);
    }

    /// Since everybody was told of the room.
    boolean haveCountsChanged() {
        return room.getNumParticipants() != toldParticipants
                || room.getNumPublishers() != toldPublishers;
    }

    void onTold() {
        toldParticipants = room.getNumParticipants();
        toldPublishers = room.getNumPublishers();
    }

    void touch(long nowNs, WallTime wall) {
        room.setVersion(wall.version(nowNs, ticks++));
    }
}

package io.parley.room;

import java.util.Map;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.RoomConfiguration;

/// The room configurations that a token or a CreateRoom may name (`room.room_configurations`). A
/// preset fills in what the request leaves open (server.md §1.6).
public record RoomPresets(Map<String, RoomConfiguration> byName) {
    public static final RoomPresets NONE = new RoomPresets(Map.of());

    public RoomPresets {
        byName = Map.copyOf(byName);
    }

    /// Whether the request names none, or one that there is.
    boolean isKnown(CreateRoomRequest request) {
        return request.getRoomPreset().isEmpty() || byName.containsKey(request.getRoomPreset());
    }

    /// The request with what its preset says besides.
    CreateRoomRequest filled(CreateRoomRequest request) {
        var preset = byName.get(request.getRoomPreset());
        if (preset == null) {
            return request;
        }
        var filled = request.toBuilder();
        if (request.getEmptyTimeout() == 0) {
            filled.setEmptyTimeout(preset.getEmptyTimeout());
        }
        if (request.getDepartureTimeout() == 0) {
            filled.setDepartureTimeout(preset.getDepartureTimeout());
        }
        if (request.getMaxParticipants() == 0) {
            filled.setMaxParticipants(preset.getMaxParticipants());
        }
        if (request.getMetadata().isEmpty()) {
            filled.setMetadata(preset.getMetadata());
        }
        if (!request.hasEgress() && preset.hasEgress()) {
            filled.setEgress(preset.getEgress());
        }
        if (request.getAgentsCount() == 0) {
            filled.addAllAgents(preset.getAgentsList());
        }
        if (request.getMinPlayoutDelay() == 0) {
            filled.setMinPlayoutDelay(preset.getMinPlayoutDelay());
        }
        if (request.getMaxPlayoutDelay() == 0) {
            filled.setMaxPlayoutDelay(preset.getMaxPlayoutDelay());
        }
        if (!request.getSyncStreams()) {
            filled.setSyncStreams(preset.getSyncStreams());
        }
        return filled.build();
    }
}

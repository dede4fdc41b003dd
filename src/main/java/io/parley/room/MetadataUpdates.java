package io.parley.room;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.UpdateParticipantMetadata;

/// Rules for name, metadata and attributes (signal.md §4.12). Owned by its room.
final class MetadataUpdates {
    private final RoomSettings.Limits limits;

    MetadataUpdates(RoomSettings.Limits limits) {
        this.limits = limits;
    }

    /// A participant changes its own.
    void onRequest(long nowNs, Participant participant, UpdateParticipantMetadata request) {
        var response = RequestResponse.newBuilder().setRequestId(request.getRequestId());
        response.setUpdateMetadata(request);
        if (!participant.permission().getCanUpdateMetadata()) {
            participant
                    .responses()
                    .refuse(
                            response,
                            Reason.NOT_ALLOWED,
                            "does not have permission to update own metadata");
            return;
        }
        var merged = merged(participant.attributes(), request.getAttributesMap());
        var tooMuch = tooMuch(request.getName(), request.getMetadata(), merged);
        if (tooMuch.isPresent()) {
            participant.responses().refuse(response, Reason.LIMIT_EXCEEDED, tooMuch.get());
            return;
        }
        apply(nowNs, participant, request.getName(), request.getMetadata(), merged);
        participant.responses().ok(request.getRequestId());
    }

    /// An empty name or metadata means unchanged.
    void apply(
            long nowNs,
            Participant participant,
            String name,
            String metadata,
            Map<String, String> attributes) {
        participant.describe(name, metadata, attributes);
        participant.onClaimsChanged(nowNs);
    }

    /// Deviates: LiveKit measures the update alone, so that the total grows without bound (§10
    /// #21).
    Optional<String> tooMuch(String name, String metadata, Map<String, String> attributes) {
        if (bytes(name) > limits.maxNameBytes()) {
            return Optional.of("exceeds name length limit");
        }
        if (isTooLargeMetadata(metadata)) {
            return Optional.of("exceeds metadata size limit");
        }
        if (areTooLargeAttributes(attributes)) {
            return Optional.of("exceeds attributes size limit");
        }
        return Optional.empty();
    }

    boolean isTooLargeMetadata(String metadata) {
        return limits.maxMetadataBytes() > 0 && bytes(metadata) > limits.maxMetadataBytes();
    }

    boolean areTooLargeAttributes(Map<String, String> attributes) {
        int total = 0;
        for (var entry : attributes.entrySet()) {
            total += bytes(entry.getKey()) + bytes(entry.getValue());
        }
        return limits.maxAttributesBytes() > 0 && total > limits.maxAttributesBytes();
    }

    /// An empty value deletes its key.
    static Map<String, String> merged(Map<String, String> old, Map<String, String> update) {
        var merged = new HashMap<>(old);
        update.forEach((key, value) -> {
            if (value.isEmpty()) {
                merged.remove(key);
            } else {
                merged.put(key, value);
            }
        });
        return merged;
    }

    private static int bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

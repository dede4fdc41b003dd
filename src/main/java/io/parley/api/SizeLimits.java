package io.parley.api;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Refuses what is too long, with LiveKit's texts.
record SizeLimits(ApiSettings settings) {
    void roomName(String name) {
        int limit = settings.maxRoomNameLength();
        if (limit > 0 && length(name) > limit) {
            throw TwirpException.prefixed(
                    TwirpCode.INVALID_ARGUMENT,
                    "room name length exceeds limits: max length " + limit);
        }
    }

    void participantName(String name) {
        check("name length exceeds limits", length(name), settings.maxParticipantNameLength());
    }

    void metadata(String metadata) {
        check("metadata size exceeds limits", length(metadata), settings.maxMetadataSize());
    }

    void attributes(Map<String, String> attributes) {
        int total = 0;
        for (var attribute : attributes.entrySet()) {
            total += length(attribute.getKey()) + length(attribute.getValue());
        }
        check("attribute size exceeds limits", total, settings.maxAttributesSize());
    }

    private static void check(String text, int size, int limit) {
        if (limit > 0 && size > limit) {
            throw new TwirpException(
                    TwirpCode.INVALID_ARGUMENT, text + " " + limit, Map.of("argument", text));
        }
    }

    private static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}

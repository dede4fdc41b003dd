package io.parley.api;

import java.time.Duration;

/// Limits of the server API (`limit.*` of the configuration); 0 = none.
///
/// @param timeout for a call without `X-Twirp-Timeout-Ms`
public record ApiSettings(
        int maxRoomNameLength,
        int maxParticipantNameLength,
        int maxMetadataSize,
        int maxAttributesSize,
        int maxBodyBytes,
        Duration timeout) {
    public static final ApiSettings DEFAULTS =
            new ApiSettings(256, 256, 512 << 10, 64 << 10, 10 << 20, Duration.ofSeconds(10));
}

package io.parley.signal;

import java.time.Duration;

/// Limits and times of signalling (`limit.*` and `room.auto_create` of the configuration).
///
/// @param joinTimeout how long the room may take for its first words
/// @param pingInterval between websocket pings; the session is probed as often
/// @param idleTimeout without any frame from the client; three times the ping timeout that clients
///   are told
/// @param outboundMessages how many messages may wait for a slow reader before it is cut off
public record SignalSettings(
        boolean autoCreate,
        int maxRoomNameLength,
        int maxIdentityLength,
        int maxMetadataSize,
        int maxAttributesSize,
        int maxMessageBytes,
        Duration joinTimeout,
        Duration pingInterval,
        Duration idleTimeout,
        int outboundMessages,
        int outboundBytes,
        InboundLimits inbound) {
    public static final SignalSettings DEFAULTS =
            new SignalSettings(
                    true,
                    256,
                    256,
                    512 << 10,
                    64 << 10,
                    2 << 20,
                    Duration.ofSeconds(12),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(45),
                    200,
                    4 << 20,
                    InboundLimits.of(2 << 20));

    public SignalSettings {
        if (pingInterval.isNegative() || pingInterval.isZero() || joinTimeout.isNegative()) {
            throw new IllegalArgumentException("signal intervals are positive");
        }
    }

    public SignalSettings withAutoCreate(boolean create) {
        return new SignalSettings(
                create,
                maxRoomNameLength,
                maxIdentityLength,
                maxMetadataSize,
                maxAttributesSize,
                maxMessageBytes,
                joinTimeout,
                pingInterval,
                idleTimeout,
                outboundMessages,
                outboundBytes,
                inbound);
    }
}

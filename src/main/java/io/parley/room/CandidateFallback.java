package io.parley.room;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Who fares better over ICE/TCP (signal.md §6.4): two failures within a minute, or one connection
/// that lived for less than 90 s, and the preference is remembered for 5 minutes by identity. Owned
/// by its room.
final class CandidateFallback {
    private static final long SHORT_NS = Duration.ofSeconds(90).toNanos();
    private static final long PAIR_NS = Duration.ofSeconds(60).toNanos();
    private static final long MEMORY_NS = Duration.ofMinutes(5).toNanos();

    /// Whoever is silent on its websocket too has lost its network, not just UDP.
    private static final long SILENCE_NS = Duration.ofSeconds(15).toNanos();

    private final Map<String, Long> preferredAtNs = new HashMap<>();
    private final Map<String, Long> failedAtNs = new HashMap<>();
    private final boolean allowed;

    CandidateFallback(boolean allowed) {
        this.allowed = allowed;
    }

    /// A connection of that participant failed.
    void onFailure(long nowNs, Participant participant, Transport failed) {
        boolean counts =
                allowed
                        && participant.traits().takesTcp()
                        && nowNs - participant.lastSignalNs() <= SILENCE_NS;
        if (!counts) {
            return;
        }
        var before = failedAtNs.put(participant.identity(), nowNs);
        boolean second = before != null && nowNs - before < PAIR_NS;
        if (second || failed.wasShort(nowNs, SHORT_NS)) {
            preferredAtNs.put(participant.identity(), nowNs);
        }
    }

    /// Somebody decided it, whatever has failed.
    void prefer(long nowNs, String identity, boolean tcp) {
        if (tcp) {
            preferredAtNs.put(identity, nowNs);
        } else {
            preferredAtNs.remove(identity);
            failedAtNs.remove(identity);
        }
    }

    boolean isPreferred(long nowNs, String identity) {
        preferredAtNs.values().removeIf(atNs -> nowNs - atNs > MEMORY_NS);
        failedAtNs.values().removeIf(atNs -> nowNs - atNs > MEMORY_NS);
        return preferredAtNs.containsKey(identity);
    }
}

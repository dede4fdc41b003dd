package io.parley.room;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/// Who fares better over ICE/TCP (signal.md §6.4): two failures within a minute, or one connection
/// that lived for less than 90 s, and the preference is remembered for 5 minutes by identity. Owned
/// by its room.
final class CandidateFallback {
    static final long SHORT_NS = Duration.ofSeconds(90).toNanos();
    private static final long PAIR_NS = Duration.ofSeconds(60).toNanos();
    private static final long MEMORY_NS = Duration.ofMinutes(5).toNanos();

    private final Map<String, Long> preferredAtNs = new HashMap<>();
    private final Map<String, Long> failedAtNs = new HashMap<>();
    private final boolean allowed;

    CandidateFallback(boolean allowed) {
        this.allowed = allowed;
    }

    /// A connection of that identity failed; true if it is to go over TCP from now on.
    boolean onFailure(long nowNs, Participant participant, boolean wasShort) {
        if (!allowed || !participant.traits().takesTcp()) {
            return false;
        }
        var before = failedAtNs.put(participant.identity(), nowNs);
        boolean second = before != null && nowNs - before < PAIR_NS;
        if (!wasShort && !second) {
            return false;
        }
        preferredAtNs.put(participant.identity(), nowNs);
        return true;
    }

    boolean isPreferred(long nowNs, String identity) {
        preferredAtNs.values().removeIf(atNs -> nowNs - atNs > MEMORY_NS);
        failedAtNs.values().removeIf(atNs -> nowNs - atNs > MEMORY_NS);
        return preferredAtNs.containsKey(identity);
    }

    void forget(String identity) {
        preferredAtNs.remove(identity);
    }
}

package io.parley.cluster;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// Which node takes a room whose owner has died: rendezvous hashing, so that nodes which see the
/// same survivors choose the same one without asking each other, and a dead node's rooms spread
/// evenly.
final class Heirs {
    private static final long FNV_OFFSET = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Heirs() {}

    /// Empty only if there is nobody.
    static Optional<NodeId> heir(RoomName room, Collection<NodeId> survivors) {
        return survivors.stream()
                .max(
                        Comparator.<NodeId>comparingLong(node -> score(room, node))
                                .thenComparing(Comparator.naturalOrder()));
    }

    private static long score(RoomName room, NodeId node) {
        long hash = fold(fold(FNV_OFFSET, room.value()) * FNV_PRIME, node.value());
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash = (hash ^ hash >>> 33) * 0xc4ceb9fe1a85ec53L;
        return hash ^ hash >>> 33;
    }

    private static long fold(long start, String text) {
        long hash = start;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * FNV_PRIME;
        }
        return hash;
    }
}

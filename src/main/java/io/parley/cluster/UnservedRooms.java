package io.parley.cluster;

import com.hazelcast.query.Predicate;
import java.util.Map;
import java.util.Set;

/// Rooms whose owner is not among the living, and the asking node's own ones, of which it may have
/// forgotten to open some; runs where the entries are.
record UnservedRooms(String self, Set<String> alive) implements Predicate<String, byte[]> {
    UnservedRooms {
        alive = Set.copyOf(alive);
    }

    @Override
    public boolean apply(Map.Entry<String, byte[]> room) {
        var entry = DirectoryEntry.from(room.getValue());
        return entry.isOwned() && (entry.owner().equals(self) || !alive.contains(entry.owner()));
    }
}

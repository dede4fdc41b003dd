package io.parley.cluster;

import java.util.Collections;
import java.util.Comparator;

/// Which of two entries of a room stays when a partition has healed.
///
/// Mostly one of them is from before the partition: only one side could write, or only one did.
/// Then the later epoch stays. It shows by the sides of their writers: they have a node in common.
/// Where both sides have written (one or two nodes need no majority), the larger side wins, then
/// the room with more participants, then the smaller owner id; its epoch is raised above the
/// other's, so that nobody takes the loser's word for newer.
final class RoomMerge {
    private static final Comparator<DirectoryEntry> STRENGTH =
            Comparator.<DirectoryEntry>comparingInt(entry -> entry.side().size())
                    .thenComparingInt(DirectoryEntry::participants)
                    .thenComparing(DirectoryEntry::isOwned)
                    .thenComparing(DirectoryEntry::owner, Comparator.reverseOrder());

    private RoomMerge() {}

    static DirectoryEntry merge(DirectoryEntry one, DirectoryEntry other) {
        if (one.epoch() == other.epoch()) {
            // Only its owner can have changed it: where it has closed the room, that is later.
            return one.isOwned() ? other : one;
        }
        var later = one.epoch() > other.epoch() ? one : other;
        var earlier = later.equals(one) ? other : one;
        if (later.owner().equals(earlier.owner())) {
            return later;
        }
        if (!Collections.disjoint(later.side(), earlier.side())) {
            return ofOneHistory(later, earlier);
        }
        return STRENGTH.compare(later, earlier) >= 0 ? later : earlier.raisedOver(later.epoch());
    }

    /// With equal counts both have followed the same owner: one was written in the moment in which
    /// the partition had begun and nobody knew, by a node that still believed in the larger side.
    private static DirectoryEntry ofOneHistory(DirectoryEntry later, DirectoryEntry earlier) {
        boolean isEarlierFromAfter =
                Epochs.count(later.epoch()) == Epochs.count(earlier.epoch())
                        && later.side().size() > earlier.side().size();
        return isEarlierFromAfter ? earlier.raisedOver(later.epoch()) : later;
    }
}

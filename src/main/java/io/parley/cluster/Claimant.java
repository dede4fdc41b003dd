package io.parley.cluster;

import java.io.Serializable;
import java.util.List;

/// Who is to own a room, and who says so.
///
/// @param least smallest count for its epoch ([Epochs])
/// @param side tags of the nodes that the claiming node sees
record Claimant(String owner, long least, List<Integer> side) implements Serializable {
    Claimant {
        side = List.copyOf(side);
    }

    /// The entry of a room that passes on to this owner.
    DirectoryEntry after(DirectoryEntry present) {
        long epoch = Epochs.next(present.epoch(), owner, least);
        return new DirectoryEntry(owner, epoch, 0, present.participants(), side);
    }
}

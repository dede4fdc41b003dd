package io.parley.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Writes down how a room is, for its owner. An entry that is missing or older than the owner's own
/// epoch was lost with the nodes that kept it, and is put back. Answers whether it was written.
record ReportRoom(String owner, long epoch, int participants, List<Integer> side)
        implements EntryProcessor<String, byte[], Boolean> {
    ReportRoom {
        side = List.copyOf(side);
    }

    @Override
    public Boolean process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] value = entry.getValue();
        var present = value == null ? DirectoryEntry.NONE : DirectoryEntry.from(value);
        if (present.epoch() >= epoch && !present.isOf(owner, epoch)) {
            return false;
        }
        long former = present.epoch() == epoch ? present.former() : 0;
        var reported = new DirectoryEntry(owner, epoch, former, participants, side);
        // Without an end: a merge may have given it that of a closed room.
        ((ExtendedMapEntry<String, byte[]>) entry)
                .setValue(reported.toBytes(), 0, TimeUnit.SECONDS);
        return true;
    }
}

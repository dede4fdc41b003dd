package io.parley.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes the owner off a room, if it is still that owner in that epoch. The epoch is remembered for
/// a while, so that the room's next life has a higher one.
record ReleaseRoom(String owner, long epoch, List<Integer> side)
        implements EntryProcessor<String, byte[], Boolean> {
    private static final long REMEMBERED_MINUTES = 10;

    ReleaseRoom {
        side = List.copyOf(side);
    }

    @Override
    public Boolean process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] value = entry.getValue();
        if (value == null) {
            return false;
        }
        var present = DirectoryEntry.from(value);
        if (!present.isOf(owner, epoch)) {
            return false;
        }
        ((ExtendedMapEntry<String, byte[]>) entry)
                .setValue(present.released(side).toBytes(), REMEMBERED_MINUTES, TimeUnit.MINUTES);
        return true;
    }
}

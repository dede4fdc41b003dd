package io.parley.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes the owner off a room, if it is still that owner in that epoch. The epoch is remembered for
/// a while, so that the room's next life does not repeat it.
final class ReleaseRoom implements EntryProcessor<String, byte[], Boolean> {
    private static final long serialVersionUID = 1L;
    private static final long REMEMBERED_MINUTES = 10;

    private final String owner;
    private final long epoch;

    ReleaseRoom(String owner, long epoch) {
        this.owner = owner;
        this.epoch = epoch;
    }

    @Override
    public Boolean process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] value = entry.getValue();
        if (value == null) {
            return false;
        }
        var present = DirectoryEntry.from(value);
        if (!present.owner().equals(owner) || present.epoch() != epoch) {
            return false;
        }
        ((ExtendedMapEntry<String, byte[]>) entry)
                .setValue(
                        new DirectoryEntry("", epoch).toBytes(),
                        REMEMBERED_MINUTES,
                        TimeUnit.MINUTES);
        return true;
    }
}

package io.parley.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives a room to another node, if it is still owned as its owner believes. Answers the new entry,
/// or null if it is not.
record TransferRoom(String owner, long epoch, Claimant next)
        implements EntryProcessor<String, byte[], byte @Nullable []> {
    @Override
    public byte @Nullable [] process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] value = entry.getValue();
        if (value == null) {
            return null;
        }
        var present = DirectoryEntry.from(value);
        if (!present.isOf(owner, epoch)) {
            return null;
        }
        byte[] transferred = next.after(present).toBytes();
        ((ExtendedMapEntry<String, byte[]>) entry).setValue(transferred, 0, TimeUnit.SECONDS);
        return transferred;
    }
}

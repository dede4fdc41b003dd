package io.parley.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/// [RoomMerge] for Hazelcast, which makes it by its name and sends it from node to node.
public final class RoomMergePolicy
        implements SplitBrainMergePolicy<byte[], MergingEntry<String, byte[]>, Object> {
    @Override
    public Object merge(
            MergingEntry<String, byte[]> merging, @Nullable MergingEntry<String, byte[]> existing) {
        if (existing == null) {
            return merging.getRawValue();
        }
        var entry =
                RoomMerge.merge(
                        DirectoryEntry.from(merging.getDeserializedValue()),
                        DirectoryEntry.from(existing.getDeserializedValue()));
        return entry.toBytes();
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // Nothing belongs to it.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // Nothing belongs to it.
    }
}

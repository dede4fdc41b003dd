package io.parley.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingEntry;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/// Of two states of a room or participant, that of the later owner stays when a partition has
/// healed, else that of the larger side. The values begin with a byte for their version and the
/// epoch of their writer. Hazelcast makes it by its name and sends it from node to node.
public final class StateMergePolicy
        implements SplitBrainMergePolicy<byte[], MergingEntry<String, byte[]>, Object> {
    @Override
    public Object merge(
            MergingEntry<String, byte[]> merging, @Nullable MergingEntry<String, byte[]> existing) {
        if (existing == null) {
            return merging.getRawValue();
        }
        return isLater(merging.getDeserializedValue(), existing.getDeserializedValue())
                ? merging.getRawValue()
                : existing.getRawValue();
    }

    static boolean isLater(byte[] merging, byte[] existing) {
        return epoch(merging) > epoch(existing);
    }

    private static long epoch(byte[] value) {
        return ByteBuffer.wrap(value).getLong(Byte.BYTES);
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

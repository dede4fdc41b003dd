package io.parley.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives an ownerless room to a candidate, and a room of a dead owner to its heir; runs on the
/// entry's partition thread, so of several claims one wins. Answers the entry as it stands
/// afterwards. `deadOwner` and `deadEpoch` are what the claimer knows to be gone, empty = nobody.
record ClaimRoom(Claimant candidate, String deadOwner, long deadEpoch)
        implements EntryProcessor<String, byte[], byte[]> {
    @Override
    public byte[] process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] value = entry.getValue();
        var present = value == null ? DirectoryEntry.NONE : DirectoryEntry.from(value);
        if (present.isOwned() && !present.isOf(deadOwner, deadEpoch)) {
            return present.toBytes();
        }
        byte[] claimed = candidate.after(present).toBytes();
        // Without an end, whatever the entry of a closed room had.
        ((ExtendedMapEntry<String, byte[]>) entry).setValue(claimed, 0, TimeUnit.SECONDS);
        return claimed;
    }
}

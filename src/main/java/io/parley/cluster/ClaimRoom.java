package io.parley.cluster;

import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Gives an ownerless room to a candidate, and a room of a dead owner to its heir; runs on the
/// entry's partition thread, so of several claims one wins. Answers the entry as it stands
/// afterwards. `deadOwner` and `deadEpoch` are what the claimer knows to be gone, empty = nobody.
final class ClaimRoom implements EntryProcessor<String, byte[], byte[]> {
    private static final long serialVersionUID = 1L;

    private final String candidate;
    private final String deadOwner;
    private final long deadEpoch;

    ClaimRoom(String candidate, String deadOwner, long deadEpoch) {
        this.candidate = candidate;
        this.deadOwner = deadOwner;
        this.deadEpoch = deadEpoch;
    }

    @Override
    public byte[] process(Map.Entry<String, byte[]> entry) {
        byte @Nullable [] value = entry.getValue();
        var present = value == null ? new DirectoryEntry("", 0) : DirectoryEntry.from(value);
        if (present.isOwned() && !isOfTheDead(present)) {
            return present.toBytes();
        }
        byte[] claimed = new DirectoryEntry(candidate, present.epoch() + 1).toBytes();
        // Without an end, whatever the entry of a closed room had.
        ((ExtendedMapEntry<String, byte[]>) entry).setValue(claimed, 0, TimeUnit.SECONDS);
        return claimed;
    }

    private boolean isOfTheDead(DirectoryEntry entry) {
        return entry.owner().equals(deadOwner) && entry.epoch() == deadEpoch;
    }
}

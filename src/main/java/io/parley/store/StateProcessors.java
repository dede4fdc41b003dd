package io.parley.store;

import com.google.protobuf.ByteString;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.ExtendedMapEntry;
import com.hazelcast.query.Predicate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What owners do to the entries of their rooms, decided where the entries lie: each of these runs
/// on the partition's thread, so nothing comes between its look and its change. Whether an owner is
/// stale is always told by the epoch of the entry.
final class StateProcessors {
    private static final long REMEMBERED_MINUTES = 10;

    private StateProcessors() {}

    /// An entry without an end, whatever the one of a deleted room had.
    private static byte[] set(Map.Entry<String, byte[]> entry, StateEntry next) {
        byte[] bytes = next.toBytes();
        ((ExtendedMapEntry<String, byte[]>) entry).setValue(bytes, 0, TimeUnit.SECONDS);
        return bytes;
    }

    /// Of a room: nobody of a lower epoch writes from now on. Answers the room as it stands.
    record Raise(long epoch) implements EntryProcessor<String, byte[], byte[]> {
        @Override
        public byte[] process(Map.Entry<String, byte[]> entry) {
            var present = StateEntry.from(entry.getValue());
            return present.epoch() > epoch ? present.toBytes() : set(entry, present.in(epoch));
        }
    }

    /// Of participants: the same, and those that somebody wrote who was no longer the owner go.
    /// Answers who stays.
    ///
    /// @param sealed that of the room before it is raised to the epoch
    record Seal(long epoch, long sealed)
            implements EntryProcessor<String, byte[], byte @Nullable []> {
        @Override
        public byte @Nullable [] process(Map.Entry<String, byte[]> entry) {
            var present = StateEntry.from(entry.getValue());
            if (present.epoch() < sealed) {
                entry.setValue(null);
                return null;
            }
            return present.epoch() >= epoch ? present.toBytes() : set(entry, present.in(epoch));
        }
    }

    /// Of a room: all its participants are sealed. Answers a newer epoch, or null.
    record FinishSeal(long epoch) implements EntryProcessor<String, byte[], @Nullable Long> {
        @Override
        public @Nullable Long process(Map.Entry<String, byte[]> entry) {
            var present = StateEntry.from(entry.getValue());
            if (present.epoch() > epoch) {
                return present.epoch();
            }
            set(entry, present.sealedIn(epoch));
            return null;
        }
    }

    /// Of participants: stores some and takes others off. Answers newer epochs.
    ///
    /// @param stored entries by key
    /// @param gone session ids (sid) by key
    record WriteParticipants(
            long epoch, HashMap<String, byte[]> stored, HashMap<String, String> gone)
            implements EntryProcessor<String, byte[], @Nullable Long> {
        @Override
        public @Nullable Long process(Map.Entry<String, byte[]> entry) {
            var present = StateEntry.from(entry.getValue());
            if (present.epoch() > epoch) {
                return present.epoch();
            }
            byte[] next = stored.get(entry.getKey());
            if (next != null) {
                entry.setValue(next);
            } else if (present.sid().equals(gone.get(entry.getKey()))) {
                entry.setValue(null);
            }
            return null;
        }
    }

    /// Of a room: stores its record, if there is a new one. Answers a newer epoch, or null.
    record WriteRoom(long epoch, @Nullable ByteString record)
            implements EntryProcessor<String, byte[], @Nullable Long> {
        @Override
        public @Nullable Long process(Map.Entry<String, byte[]> entry) {
            var present = StateEntry.from(entry.getValue());
            if (present.epoch() > epoch) {
                return present.epoch();
            }
            if (record != null) {
                set(entry, present.in(epoch).with(record));
            } else if (present.epoch() < epoch) {
                set(entry, present.in(epoch));
            }
            return null;
        }
    }

    /// Of a room: it is no more, nor is any participant of this epoch. Answers a newer epoch, or
    /// null.
    record Delete(long epoch) implements EntryProcessor<String, byte[], @Nullable Long> {
        @Override
        public @Nullable Long process(Map.Entry<String, byte[]> entry) {
            var present = StateEntry.from(entry.getValue());
            if (present.epoch() > epoch) {
                return present.epoch();
            }
            ((ExtendedMapEntry<String, byte[]>) entry)
                    .setValue(
                            StateEntry.NOTHING.sealedIn(epoch + 1).toBytes(),
                            REMEMBERED_MINUTES,
                            TimeUnit.MINUTES);
            return null;
        }
    }

    /// Of participants: those of a deleted room go.
    record Drop(long epoch) implements EntryProcessor<String, byte[], @Nullable Void> {
        @Override
        public @Nullable Void process(Map.Entry<String, byte[]> entry) {
            if (StateEntry.from(entry.getValue()).epoch() <= epoch) {
                entry.setValue(null);
            }
            return null;
        }
    }

    record ParticipantsOf(String room) implements Predicate<String, byte[]> {
        @Override
        public boolean apply(Map.Entry<String, byte[]> entry) {
            return StateKeys.isParticipantOf(room, entry.getKey());
        }
    }

    record AllRooms() implements Predicate<String, byte[]> {
        @Override
        public boolean apply(Map.Entry<String, byte[]> entry) {
            return StateKeys.isRoom(entry.getKey());
        }
    }
}

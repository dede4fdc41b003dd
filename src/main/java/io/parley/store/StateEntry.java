package io.parley.store;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;

/// A value of the map of a cluster: a room's or a participant's.
///
/// @param epoch who wrote it, or sealed it since
/// @param sealed of a room: participants of lower epochs are the late writes of somebody who was no
///   longer the owner
/// @param sid of a participant
/// @param record protobuf, empty if a room has none
record StateEntry(long epoch, long sealed, String sid, ByteString record) {
    static final StateEntry NOTHING = new StateEntry(0, 0, "", ByteString.EMPTY);

    private static final int VERSION = 1;

    StateEntry in(long newEpoch) {
        return new StateEntry(newEpoch, sealed, sid, record);
    }

    StateEntry sealedIn(long newEpoch) {
        return new StateEntry(newEpoch, newEpoch, sid, record);
    }

    StateEntry with(ByteString newRecord) {
        return new StateEntry(epoch, sealed, sid, newRecord);
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream(sid.length() + record.size() + 19);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeLong(epoch);
            out.writeLong(sealed);
            out.writeUTF(sid);
            record.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static StateEntry from(byte @Nullable [] bytes) {
        if (bytes == null) {
            return NOTHING;
        }
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                throw new IllegalStateException("a newer node has written the state of a room");
            }
            return new StateEntry(
                    in.readLong(), in.readLong(), in.readUTF(), ByteString.readFrom(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

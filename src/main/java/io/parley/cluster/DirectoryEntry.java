package io.parley.cluster;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// A room's entry in the shared map; without an owner it only remembers the last epoch of a room
/// that has closed.
///
/// Every change of owner makes a higher epoch ([Epochs]): count of the last one + 1, tag of the new
/// owner. No two owners ever have the same one, not even on the two sides of a partition, so "who
/// owns the room in epoch e" has one answer for ever. Only a merge keeps an owner and raises its
/// epoch; `former` then tells that owner that it is still meant.
///
/// @param former the owner's epoch before a merge raised it, 0 if none did
/// @param participants in the room when the owner last said so
/// @param side tags of the nodes that the writer saw as members. Entries of two sides that were
///   both written after the partition have no tag in common: that is how a merge knows
record DirectoryEntry(String owner, long epoch, long former, int participants, List<Integer> side) {
    static final DirectoryEntry NONE = new DirectoryEntry("", 0, 0, 0, List.of());

    private static final int VERSION = 2;

    DirectoryEntry {
        side = List.copyOf(side);
    }

    boolean isOwned() {
        return !owner.isEmpty();
    }

    boolean isOf(String node, long inEpoch) {
        return owner.equals(node) && epoch == inEpoch;
    }

    DirectoryEntry released(List<Integer> bySide) {
        return new DirectoryEntry("", epoch, 0, 0, bySide);
    }

    /// This entry as the winner of a merge with one of a higher epoch.
    DirectoryEntry raisedOver(long higher) {
        return new DirectoryEntry(owner, Epochs.next(higher, owner, 0), epoch, participants, side);
    }

    byte[] toBytes() {
        var bytes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            out.writeUTF(owner);
            out.writeLong(epoch);
            out.writeLong(former);
            out.writeInt(participants);
            out.writeShort(side.size());
            for (int tag : side) {
                out.writeShort(tag);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static DirectoryEntry from(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            if (in.readByte() != VERSION) {
                throw new IllegalStateException(
                        "a node of another version has written the room directory");
            }
            return new DirectoryEntry(
                    in.readUTF(), in.readLong(), in.readLong(), in.readInt(), readSide(in));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Integer> readSide(DataInputStream in) throws IOException {
        int count = in.readUnsignedShort();
        List<Integer> tags = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            tags.add(in.readUnsignedShort());
        }
        return tags;
    }
}

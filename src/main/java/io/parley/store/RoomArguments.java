package io.parley.store;

import com.google.protobuf.MessageLite;
import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.ObjectStore.RoomChanges;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// The arguments of one run of `redis/room.lua`, in the order that stands at its top.
final class RoomArguments {
    private final List<byte[]> list = new ArrayList<>();

    RoomArguments add(String text) {
        list.add(text.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    RoomArguments add(long number) {
        return add(Long.toString(number));
    }

    private RoomArguments add(MessageLite message) {
        list.add(message.toByteArray());
        return this;
    }

    RoomArguments add(RoomChanges changes) {
        add(changes.record().isPresent() ? 1 : 0);
        changes.record()
                .ifPresent(record -> add(record.room()).add(record.internal()).add(record.state()));
        add(changes.gone().size());
        changes.gone().forEach((identity, sid) -> add(identity).add(sid));
        add(changes.stored().size());
        changes.stored().forEach(this::addParticipant);
        return this;
    }

    private void addParticipant(String identity, ParticipantRecord record) {
        add(identity).add(record.info().getSid()).add(record.info()).add(record.state());
    }

    List<byte[]> list() {
        return list;
    }
}

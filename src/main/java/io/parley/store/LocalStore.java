package io.parley.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import livekit.LivekitModels.ParticipantInfo;

/// The store of a single node: memory only. Shared by all contexts of the node, hence the
/// concurrent maps.
public final class LocalStore implements ObjectStore, ObjectStore.Participants {
    private final Map<String, RoomRecord> rooms = new ConcurrentHashMap<>();
    private final Map<String, Map<String, ParticipantInfo>> byRoom = new ConcurrentHashMap<>();

    @Override
    public Future<RoomRecord> createRoom(RoomRecord wanted) {
        var known = rooms.putIfAbsent(wanted.room().getName(), wanted);
        return Future.succeededFuture(known == null ? wanted : known);
    }

    @Override
    public Future<Void> storeRoom(RoomRecord record) {
        rooms.put(record.room().getName(), record);
        return Future.succeededFuture();
    }

    @Override
    public Future<Optional<RoomRecord>> loadRoom(String name) {
        return Future.succeededFuture(Optional.ofNullable(rooms.get(name)));
    }

    @Override
    public Future<List<RoomRecord>> loadRooms() {
        return Future.succeededFuture(List.copyOf(rooms.values()));
    }

    @Override
    public Future<Void> deleteRoom(String name) {
        rooms.remove(name);
        byRoom.remove(name);
        return Future.succeededFuture();
    }

    @Override
    public Participants participants() {
        return this;
    }

    @Override
    public Future<Void> store(String room, ParticipantInfo participant) {
        byRoom.computeIfAbsent(room, _ -> new ConcurrentHashMap<>())
                .put(participant.getIdentity(), participant);
        return Future.succeededFuture();
    }

    @Override
    public Future<Optional<ParticipantInfo>> load(String room, String identity) {
        return Future.succeededFuture(
                Optional.ofNullable(byRoom.getOrDefault(room, Map.of()).get(identity)));
    }

    @Override
    public Future<List<ParticipantInfo>> loadAll(String room) {
        return Future.succeededFuture(List.copyOf(byRoom.getOrDefault(room, Map.of()).values()));
    }

    @Override
    public Future<Void> delete(String room, String identity, String sid) {
        var inRoom = byRoom.get(room);
        if (inRoom != null) {
            inRoom.computeIfPresent(
                    identity, (_, known) -> known.getSid().equals(sid) ? null : known);
            byRoom.computeIfPresent(room, (_, left) -> left.isEmpty() ? null : left);
        }
        return Future.succeededFuture();
    }
}

package io.parley.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/// The directory of a node without a cluster: every room is here. Used from every thread of the
/// node.
public final class LocalRoomDirectory implements RoomDirectory {
    private final NodeId self;
    private final Map<RoomName, RoomLocation> rooms = new ConcurrentHashMap<>();
    private final AtomicLong lastEpoch;

    /// Epochs begin with 1.
    public LocalRoomDirectory(NodeId self) {
        this(self, 0);
    }

    /// Epochs come after that one, so that they come after those that an earlier process has left
    /// in a store.
    public LocalRoomDirectory(NodeId self, long lastEpoch) {
        this.self = self;
        this.lastEpoch = new AtomicLong(lastEpoch);
    }

    @Override
    public Future<RoomLocation> claim(RoomName room) {
        return Future.succeededFuture(
                rooms.computeIfAbsent(
                        room, name -> new RoomLocation(name, self, lastEpoch.incrementAndGet())));
    }

    @Override
    public Future<RoomLocation> claim(RoomName room, NodeId wish) {
        return claim(room);
    }

    @Override
    public Future<Optional<RoomLocation>> find(RoomName room) {
        return Future.succeededFuture(Optional.ofNullable(rooms.get(room)));
    }

    @Override
    public Future<List<RoomLocation>> all() {
        return Future.succeededFuture(List.copyOf(rooms.values()));
    }

    @Override
    public Future<RoomLocation> transfer(RoomName room, NodeId owner, long epoch, NodeId to) {
        return Future.failedFuture(
                new BusFailure(BusFailure.Kind.REFUSED, "there is no other node"));
    }

    @Override
    public void report(RoomName room, long epoch, int participants) {
        // Nobody to tell.
    }

    @Override
    public Future<Void> release(RoomName room, NodeId owner, long epoch) {
        rooms.computeIfPresent(
                room, (_, at) -> at.node().equals(owner) && at.epoch() == epoch ? null : at);
        return Future.succeededFuture();
    }
}

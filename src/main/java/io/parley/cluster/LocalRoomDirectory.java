package io.parley.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// The directory of a node without a cluster: every room is here, if it may be anywhere. Used from
/// every thread of the node.
public final class LocalRoomDirectory implements RoomDirectory {
    private final Supplier<NodeId> choice;
    private final Map<RoomName, RoomLocation> rooms = new ConcurrentHashMap<>();
    private final AtomicLong lastEpoch;

    /// Of a node that takes every room; epochs begin with 1.
    public LocalRoomDirectory(NodeId self) {
        this(() -> self, 0);
    }

    /// Epochs come after that one, so that they come after those that an earlier process has left
    /// in a store.
    LocalRoomDirectory(Nodes nodes, long lastEpoch) {
        this(() -> nodes.choose().orRefuse().node(), lastEpoch);
    }

    private LocalRoomDirectory(Supplier<NodeId> choice, long lastEpoch) {
        this.choice = choice;
        this.lastEpoch = new AtomicLong(lastEpoch);
    }

    @Override
    public Future<RoomLocation> claim(RoomName room) {
        try {
            return Future.succeededFuture(rooms.computeIfAbsent(room, this::place));
        } catch (BusFailure e) {
            return Future.failedFuture(e);
        }
    }

    private RoomLocation place(RoomName room) {
        return new RoomLocation(room, choice.get(), lastEpoch.incrementAndGet());
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

package io.parley.cluster;

import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/// A directory in which nodes over their limits (`limit.num_tracks`, `limit.bytes_per_sec`) take
/// nobody more, neither new rooms nor new participants of those they have (server.md §5). Who comes
/// back is let in: the limits are this node's, its load is there already. Used from every thread of
/// the node.
final class LimitedRoomDirectory implements RoomDirectory {
    private final RoomDirectory all;
    private final Nodes nodes;
    private final NodeSelector selector;

    LimitedRoomDirectory(RoomDirectory all, Nodes nodes, NodeSelector selector) {
        this.all = all;
        this.nodes = nodes;
        this.selector = selector;
    }

    @Override
    public Future<RoomLocation> claim(RoomName room) {
        return findToJoin(room)
                .compose(present ->
                        present.map(Future::succeededFuture).orElseGet(() -> all.claim(room)));
    }

    /// Who names a node gets it, as at LiveKit.
    @Override
    public Future<RoomLocation> claim(RoomName room, NodeId wish) {
        return all.claim(room, wish);
    }

    @Override
    public Future<Optional<RoomLocation>> find(RoomName room) {
        return all.find(room);
    }

    @Override
    public Future<Optional<RoomLocation>> findToJoin(RoomName room) {
        return all.find(room).compose(this::refuseIfFull);
    }

    private Future<Optional<RoomLocation>> refuseIfFull(Optional<RoomLocation> location) {
        boolean isFull =
                location.flatMap(at -> nodes.find(at.node())).filter(selector::isFull).isPresent();
        return isFull ? Future.failedFuture(BusFailure.full()) : Future.succeededFuture(location);
    }

    @Override
    public Future<List<RoomLocation>> all() {
        return all.all();
    }

    @Override
    public Future<RoomLocation> transfer(RoomName room, NodeId owner, long epoch, NodeId to) {
        return all.transfer(room, owner, epoch, to);
    }

    @Override
    public void report(RoomName room, long epoch, int participants) {
        all.report(room, epoch, participants);
    }

    @Override
    public Future<Void> release(RoomName room, NodeId owner, long epoch) {
        return all.release(room, owner, epoch);
    }
}

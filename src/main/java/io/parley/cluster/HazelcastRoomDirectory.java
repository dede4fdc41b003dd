package io.parley.cluster;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// The directory of a cluster: a map with one entry a room, changed only by entry processors. Used
/// from every thread of the node.
public final class HazelcastRoomDirectory implements RoomDirectory {
    static final String MAP = "parley.rooms";

    private final VirtualThreads threads;
    private final Nodes nodes;
    private final IMap<String, byte[]> map;

    public HazelcastRoomDirectory(Vertx vertx, HazelcastInstance hazelcast, Nodes nodes) {
        this.threads = new VirtualThreads(vertx);
        this.nodes = nodes;
        this.map = hazelcast.getMap(MAP);
    }

    @Override
    public Future<RoomLocation> claim(RoomName room) {
        return threads.call(() -> claimNow(room, nodes.leastLoaded().node()));
    }

    @Override
    public Future<RoomLocation> claim(RoomName room, NodeId wish) {
        var candidate = nodes.find(wish).map(NodeStatus::node);
        return threads.call(
                () -> claimNow(room, candidate.orElseGet(() -> nodes.leastLoaded().node())));
    }

    @Override
    public Future<Optional<RoomLocation>> find(RoomName room) {
        return threads.call(() ->
                Optional.ofNullable(map.get(room.value()))
                        .flatMap(b -> located(room, b))
                        .filter(this::isServed));
    }

    @Override
    public Future<List<RoomLocation>> all() {
        return threads.call(() ->
                map.entrySet().stream()
                        .flatMap(e -> located(e).stream())
                        .filter(this::isServed)
                        .toList());
    }

    @Override
    public Future<Void> release(RoomName room, NodeId owner, long epoch) {
        return threads.call(
                        () -> map.executeOnKey(room.value(), new ReleaseRoom(owner.value(), epoch)))
                .mapEmpty();
    }

    private RoomLocation claimNow(RoomName room, NodeId candidate) {
        // A look first: nearly every claim finds the room placed, and reading is cheaper than an
        // entry processor.
        var present = Optional.ofNullable(map.get(room.value())).map(DirectoryEntry::from);
        if (present.isPresent() && present.get().isOwned() && isAlive(present.get().owner())) {
            return location(room, present.get());
        }
        var dead = present.filter(DirectoryEntry::isOwned).orElse(new DirectoryEntry("", 0));
        byte[] after =
                map.executeOnKey(
                        room.value(), new ClaimRoom(candidate.value(), dead.owner(), dead.epoch()));
        var claimed = location(room, DirectoryEntry.from(Objects.requireNonNull(after)));
        if (claimed.node().equals(candidate)) {
            nodes.onPlaced(candidate);
        }
        return claimed;
    }

    /// A room whose owner is gone counts as absent until somebody claims it: nobody would answer.
    private boolean isServed(RoomLocation location) {
        return nodes.find(location.node()).isPresent();
    }

    private boolean isAlive(String node) {
        return nodes.find(new NodeId(node)).isPresent();
    }

    private static Optional<RoomLocation> located(Map.Entry<String, byte[]> entry) {
        return located(new RoomName(entry.getKey()), entry.getValue());
    }

    private static Optional<RoomLocation> located(RoomName room, byte[] bytes) {
        return Optional.of(DirectoryEntry.from(bytes))
                .filter(DirectoryEntry::isOwned)
                .map(entry -> location(room, entry));
    }

    private static RoomLocation location(RoomName room, DirectoryEntry entry) {
        return new RoomLocation(room, new NodeId(entry.owner()), entry.epoch());
    }
}

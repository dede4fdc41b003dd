package io.parley.cluster;

import com.hazelcast.core.HazelcastException;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// The directory of a cluster: a map with one entry a room, changed only by entry processors. While
/// this node is fenced it neither changes the map nor tells anybody where a room is. Used from
/// every thread of the node.
public final class HazelcastRoomDirectory implements RoomDirectory {
    static final String MAP = "parley.rooms";

    private final VirtualThreads threads;
    private final HazelcastNodes nodes;
    private final OwnRooms own;
    private final Fence fence;
    private final Journal journal;
    private final Clock clock;
    private final IMap<String, byte[]> map;

    HazelcastRoomDirectory(
            Vertx vertx,
            HazelcastInstance hazelcast,
            HazelcastNodes nodes,
            OwnRooms own,
            Fence fence,
            Journal journal,
            Clock clock) {
        this.threads = new VirtualThreads(vertx);
        this.nodes = nodes;
        this.own = own;
        this.fence = fence;
        this.journal = journal;
        this.clock = clock;
        this.map = hazelcast.getMap(MAP);
    }

    @Override
    public Future<RoomLocation> claim(RoomName room) {
        return decide(() -> claimNow(room, this::choose));
    }

    @Override
    public Future<RoomLocation> claim(RoomName room, NodeId wish) {
        return decide(() -> claimNow(room, () -> isWelcome(wish) ? wish : choose()));
    }

    @Override
    public Future<Optional<RoomLocation>> find(RoomName room) {
        return decide(() -> findNow(room));
    }

    @Override
    public Future<List<RoomLocation>> all() {
        return call(() -> {
            var alive = alive();
            return map.entrySet().stream()
                    .map(HazelcastRoomDirectory::located)
                    .flatMap(Optional::stream)
                    .filter(at -> alive.contains(at.node().value()))
                    .toList();
        });
    }

    @Override
    public Future<RoomLocation> transfer(RoomName room, NodeId owner, long epoch, NodeId to) {
        return decide(() -> {
            if (nodes.find(to).isEmpty()) {
                throw new BusFailure(BusFailure.Kind.UNREACHABLE, "no such node: " + to);
            }
            byte[] after =
                    map.executeOnKey(
                            room.value(), new TransferRoom(owner.value(), epoch, claimant(to)));
            if (after == null) {
                throw new BusFailure(
                        BusFailure.Kind.NOT_OWNER, "unavailable", "the room is elsewhere", 0);
            }
            return won(room, DirectoryEntry.from(after));
        });
    }

    @Override
    public void report(RoomName room, long epoch, int participants) {
        own.onReport(room, epoch, participants);
    }

    @Override
    public Future<Void> release(RoomName room, NodeId owner, long epoch) {
        return decide(() ->
                        map.executeOnKey(
                                room.value(), new ReleaseRoom(owner.value(), epoch, side())))
                .mapEmpty();
    }

    private NodeId choose() {
        return nodes.choose().orRefuse().node();
    }

    /// A node that is leaving takes no room, not even when asked by name.
    private boolean isWelcome(NodeId wish) {
        return nodes.find(wish).filter(status -> !status.load().isDraining()).isPresent();
    }

    /// Rooms without a living owner, and rooms of this node's that are not open here.
    Future<List<RoomLocation>> unserved() {
        return call(() ->
                map.entrySet(new UnservedRooms(self().value(), alive())).stream()
                        .map(HazelcastRoomDirectory::located)
                        .flatMap(Optional::stream)
                        .filter(at -> !at.node().equals(self()) || !own.has(at.room()))
                        .toList());
    }

    /// What the map says about these rooms, whoever asks: also a fenced node may learn what it has
    /// lost.
    Future<Map<RoomName, DirectoryEntry>> entries(Set<RoomName> rooms) {
        return call(() -> {
            var keys = rooms.stream().map(RoomName::value).collect(Collectors.toSet());
            Map<RoomName, DirectoryEntry> entries = new HashMap<>();
            map.getAll(keys)
                    .forEach((room, bytes) ->
                            entries.put(new RoomName(room), DirectoryEntry.from(bytes)));
            return entries;
        });
    }

    /// Writes down how an own room is; false if it is not this node's any more.
    Future<Boolean> write(RoomName room, OwnRooms.OwnRoom state) {
        return decide(() ->
                map.executeOnKey(
                        room.value(),
                        new ReportRoom(
                                self().value(), state.epoch(), state.participants(), side())));
    }

    /// Tags of the nodes that this node sees.
    List<Integer> side() {
        return Epochs.tags(nodes.members());
    }

    /// The node that takes the room if its owner dies.
    NodeId heir(RoomName room) {
        return Heirs.heir(room, nodes.survivors()).orElseGet(this::self);
    }

    private NodeId self() {
        return nodes.self().node();
    }

    private Set<String> alive() {
        return nodes.all().stream().map(s -> s.node().value()).collect(Collectors.toSet());
    }

    private Optional<RoomLocation> findNow(RoomName room) {
        var present = look(room);
        if (!present.isOwned()) {
            return Optional.empty();
        }
        return Optional.of(
                isAlive(present.owner())
                        ? location(room, present)
                        : claim(room, heir(room), present));
    }

    private RoomLocation claimNow(RoomName room, Supplier<NodeId> newOwner) {
        // A look first: nearly every claim finds the room placed, and reading is cheaper than an
        // entry processor.
        var present = look(room);
        if (present.isOwned() && isAlive(present.owner())) {
            return location(room, present);
        }
        return claim(room, present.isOwned() ? heir(room) : newOwner.get(), present);
    }

    private DirectoryEntry look(RoomName room) {
        byte[] bytes = map.get(room.value());
        return bytes == null ? DirectoryEntry.NONE : DirectoryEntry.from(bytes);
    }

    private RoomLocation claim(RoomName room, NodeId candidate, DirectoryEntry present) {
        byte[] after =
                map.executeOnKey(
                        room.value(),
                        new ClaimRoom(claimant(candidate), present.owner(), present.epoch()));
        var claimed = DirectoryEntry.from(Objects.requireNonNull(after));
        return claimed.owner().equals(candidate.value())
                ? won(room, claimed)
                : location(room, claimed);
    }

    private RoomLocation won(RoomName room, DirectoryEntry entry) {
        var at = location(room, entry);
        journal.record("claim", room.value(), entry.epoch(), entry.owner());
        nodes.onPlaced(at.node());
        return at;
    }

    private Claimant claimant(NodeId owner) {
        return new Claimant(owner.value(), clock.instant().getEpochSecond(), side());
    }

    private boolean isAlive(String node) {
        return nodes.find(new NodeId(node)).isPresent();
    }

    /// Asks the fence before and after: what a node has found out while it was being cut off may be
    /// wrong already.
    private <T> Future<T> decide(Callable<T> decision) {
        return call(() -> {
            refuseIfFenced();
            T decided = decision.call();
            refuseIfFenced();
            return decided;
        });
    }

    private void refuseIfFenced() {
        if (fence.isFenced()) {
            throw BusFailure.fenced();
        }
    }

    private <T> Future<T> call(Callable<T> work) {
        return threads.call(() -> {
            try {
                return work.call();
            } catch (SplitBrainProtectionException _) {
                throw BusFailure.fenced();
            } catch (HazelcastException | HazelcastInstanceNotActiveException e) {
                throw new BusFailure(
                        BusFailure.Kind.UNREACHABLE, "the room directory does not answer: " + e);
            }
        });
    }

    private static Optional<RoomLocation> located(Map.Entry<String, byte[]> entry) {
        return Optional.of(DirectoryEntry.from(entry.getValue()))
                .filter(DirectoryEntry::isOwned)
                .map(owned -> location(new RoomName(entry.getKey()), owned));
    }

    private static RoomLocation location(RoomName room, DirectoryEntry entry) {
        return new RoomLocation(room, new NodeId(entry.owner()), entry.epoch());
    }
}

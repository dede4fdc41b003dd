package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.map.IMap;
import com.hazelcast.splitbrainprotection.SplitBrainProtectionException;
import io.parley.scenario.Waiting;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// Three clustered nodes in one JVM: majorities, heirs, a partition that heals.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class ThreeNodesTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final Duration HALF_A_SECOND = Duration.ofMillis(500);
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");
    private static final NodeId C = new NodeId("ND_c");

    private final NodesInOneJvm nodes = new NodesInOneJvm("cluster.xml", A, B, C);
    private final Map<NodeId, FakeRooms> open = new HashMap<>();
    private final List<RoomName> rooms = new ArrayList<>();

    ThreeNodesTest() {
        for (NodeId node : List.of(A, B, C)) {
            open.put(node, new FakeRooms(nodes.node(node)));
        }
    }

    @AfterAll
    void close() {
        nodes.close();
    }

    /// Rooms that only know their epoch, and close when they hear of a higher one.
    private static final class FakeRooms implements RoomHost {
        private final Bus bus;
        private final Map<RoomName, Long> epochs = new ConcurrentHashMap<>();

        FakeRooms(Cluster cluster) {
            this.bus = cluster.bus();
            bus.host(cluster.rooms(), this);
        }

        @Override
        public Future<Void> open(RoomName room, long epoch) {
            epochs.put(room, epoch);
            var consumer = new AtomicReference<BusConsumer>();
            consumer.set(
                    bus.consume(
                            Addresses.room(room),
                            request -> answer(room, epoch, request, consumer)));
            return Future.succeededFuture();
        }

        private void answer(
                RoomName room,
                long epoch,
                BusRequest request,
                AtomicReference<BusConsumer> consumer) {
            if (request.message().epoch() <= epoch) {
                request.reply(request.message());
                return;
            }
            epochs.remove(room, epoch);
            request.notOwner(request.message().epoch());
            consumer.get().unregister();
        }
    }

    private Cluster node(NodeId node) {
        return nodes.node(node);
    }

    private FakeRooms open(NodeId node) {
        return Objects.requireNonNull(open.get(node));
    }

    private void openRooms(NodeId owner, int count) {
        for (int i = 0; i < count; i++) {
            var room = new RoomName(owner + "-" + rooms.size());
            rooms.add(room);
            Await.result(node(owner).rooms().claim(room, owner));
            ask(owner, room);
        }
    }

    private void ask(NodeId from, RoomName room) {
        Await.result(
                new RoomCalls(node(from).bus(), node(from).rooms())
                        .request(room, BusMessage.of("x"), SOON));
    }

    /// Each room is open on the one node that the directory names, in that epoch.
    private boolean isEachRoomOpenOnce(NodeId... alive) {
        for (RoomName room : rooms) {
            var found = Await.result(node(alive[0]).rooms().find(room));
            if (found.isEmpty()) {
                return false;
            }
            var at = found.get();
            for (NodeId node : alive) {
                Long epoch = open(node).epochs.get(room);
                boolean isRight =
                        at.node().equals(node)
                                ? epoch != null && epoch == at.epoch()
                                : epoch == null;
                if (!isRight) {
                    return false;
                }
            }
        }
        return true;
    }

    private static boolean isFenced(Cluster cluster) {
        return cluster.fence().isFenced();
    }

    @Test
    @Order(1)
    void fencesTheSmallerSideOfAPartitionAndMergesWithoutASecondOwner() {
        Stream.of(A, B, C).forEach(node -> openRooms(node, 20));
        assertThat(isEachRoomOpenOnce(A, B, C)).isTrue();
        var before = rooms.stream().map(room -> Await.result(node(B).rooms().find(room))).toList();

        Waiting.until("no quorum", this::isolateForAWhile);
        assertThat(isFenced(node(C))).isTrue();
        var refused = (BusFailure) Await.failure(node(C).rooms().claim(new RoomName("new"), C));
        assertThat(refused.kind()).isEqualTo(BusFailure.Kind.REFUSED);
        assertThat(refused.code()).isEqualTo("unavailable");
        assertThat(refused.text()).isEqualTo("this node is cut off from the others");
        assertThat(map(C).keySet()).isNotEmpty();
        Waiting.until("inherited", () -> isEachRoomOpenOnce(A, B));
        assertThat(isFenced(node(A)) || isFenced(node(B))).isFalse();

        Waiting.until("free again", () -> !isFenced(node(C)));
        assertThat(isEachRoomOpenOnce(A, B, C)).isTrue();
        assertThat(open(C).epochs).isEmpty();
        for (int i = 0; i < rooms.size(); i++) {
            var old = before.get(i).orElseThrow();
            var now = Await.result(node(C).rooms().find(rooms.get(i))).orElseThrow();
            if (old.node().equals(C)) {
                assertThat(now.epoch()).isGreaterThan(old.epoch());
            } else {
                assertThat(now).isEqualTo(old);
            }
            ask(C, rooms.get(i));
        }
    }

    /// False if Hazelcast, which looks around every three seconds, merged before anything was seen.
    private boolean isolateForAWhile() {
        awaitThree();
        nodes.isolateLast();
        Waiting.until("fenced", () -> isFenced(node(C)));
        return Waiting.within(HALF_A_SECOND, () -> !canWrite(C));
    }

    /// A node counts on others once both have heard each other on the bus.
    private void awaitThree() {
        Waiting.until(
                "all count on three nodes",
                () ->
                        Stream.of(A, B, C)
                                .map(each -> (NodeFence) node(each).fence())
                                .allMatch(each ->
                                        !each.isFenced() && each.electorate().nodes().size() == 3));
    }

    private IMap<String, byte[]> map(NodeId node) {
        return nodes.hazelcast(node).getMap(HazelcastRoomDirectory.MAP);
    }

    private boolean canWrite(NodeId node) {
        try {
            map(node).set("probe", DirectoryEntry.NONE.toBytes());
            return true;
        } catch (SplitBrainProtectionException _) {
            return false;
        }
    }

    @Test
    @Order(2)
    void givesUpAMemberThatNobodyHearsOnTheBusAndTakesItBack() {
        awaitThree();
        openRooms(C, 20);
        node(C).bus().neighbour(new Mute());

        Waiting.until("fenced", () -> isFenced(node(C)));
        assertThat(node(A).nodes().all()).hasSize(3);
        Waiting.until("given up", () -> node(A).nodes().all().size() == 2);
        assertThat(node(A).nodes().isReachable(C)).isFalse();
        Waiting.until("inherited", () -> isEachRoomOpenOnce(A, B, C));
        assertThat(open(C).epochs).isEmpty();

        node(C).bus().neighbour((NodeFence) node(C).fence());
        Waiting.until("taken back", () -> node(A).nodes().all().size() == 3);
        Waiting.until("free again", () -> !isFenced(node(C)));
        assertThat(isEachRoomOpenOnce(A, B, C)).isTrue();
    }

    private static final class Mute implements Bus.Neighbour {
        @Override
        public BusMessage onHeartbeat() {
            throw new IllegalStateException("a test: this node does not answer");
        }

        @Override
        public void onLeaving(NodeId node) {
            // Nobody leaves.
        }
    }

    @Test
    @Order(3)
    void goesOnAloneAfterAGoodbyeAndACrash() {
        awaitThree();
        openRooms(C, 1);
        Await.result(node(C).leave());
        nodes.stop(C);
        Waiting.until("inherited", () -> isEachRoomOpenOnce(A, B));
        nodes.stop(B);
        Waiting.until("inherited", () -> isEachRoomOpenOnce(A));
        assertThat(isFenced(node(A))).isFalse();
    }
}

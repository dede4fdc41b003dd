package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.scenario.Waiting;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import livekit.LivekitInternal.NodeState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/// Two clustered nodes in one JVM.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class TwoNodesTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");

    private final NodesInOneJvm nodes = new NodesInOneJvm("cluster.xml", A, B);

    @AfterAll
    void close() {
        nodes.close();
    }

    private Cluster a() {
        return nodes.node(A);
    }

    private Cluster b() {
        return nodes.node(B);
    }

    @Test
    @Order(1)
    void seeEachOther() {
        assertThat(a().nodes().all()).extracting(NodeStatus::node).containsExactlyInAnyOrder(A, B);
        assertThat(b().nodes().all()).extracting(NodeStatus::node).containsExactlyInAnyOrder(A, B);
    }

    @Test
    @Order(2)
    void spreadsNewRoomsOverTheNodes() {
        var owners =
                IntStream.range(0, 20)
                        .mapToObj(i -> Await.result(a().rooms().claim(new RoomName("spread" + i))))
                        .map(RoomLocation::node)
                        .toList();
        assertThat(owners).contains(A, B);
    }

    @Test
    @Order(3)
    void givesEachRacedRoomToOneOwner() {
        var names = IntStream.range(0, 300).mapToObj(i -> new RoomName("raced" + i)).toList();
        var claims = new ArrayList<Future<RoomLocation>>();
        for (RoomName name : names) {
            claims.add(a().rooms().claim(name, A));
            claims.add(b().rooms().claim(name, B));
        }
        var results = claims.stream().map(Await::result).toList();

        for (int i = 0; i < results.size(); i += 2) {
            assertThat(results.get(i)).isEqualTo(results.get(i + 1));
            assertThat(Epochs.isOf(results.get(i).epoch(), results.get(i).node())).isTrue();
        }
        assertThat(Await.result(b().rooms().all())).containsAll(results);
    }

    @Test
    @Order(3)
    void releasesOnlyForThePresentOwnerAndRaisesTheEpoch() {
        var room = new RoomName("reborn");
        var first = Await.result(a().rooms().claim(room, A));
        Await.result(b().rooms().release(room, B, first.epoch()));
        Await.result(b().rooms().release(room, A, first.epoch() + 1));
        assertThat(Await.result(b().rooms().find(room))).contains(first);

        Await.result(a().rooms().release(room, A, first.epoch()));
        assertThat(Await.result(b().rooms().find(room))).isEmpty();
        var second = Await.result(b().rooms().claim(room, B));
        assertThat(second.node()).isEqualTo(B);
        assertThat(second.epoch()).isGreaterThan(first.epoch());
    }

    @Test
    @Order(3)
    void transfersARoomOnlyForItsOwner() {
        var room = new RoomName("handed");
        var first = Await.result(a().rooms().claim(room, A));
        var refused = (BusFailure) Await.failure(a().rooms().transfer(room, B, first.epoch(), B));
        assertThat(refused.kind()).isEqualTo(BusFailure.Kind.NOT_OWNER);

        var second = Await.result(a().rooms().transfer(room, A, first.epoch(), B));

        assertThat(second.node()).isEqualTo(B);
        assertThat(second.epoch()).isGreaterThan(first.epoch());
        assertThat(Await.result(b().rooms().find(room))).contains(second);
        var again = (BusFailure) Await.failure(a().rooms().transfer(room, A, first.epoch(), B));
        assertThat(again.kind()).isEqualTo(BusFailure.Kind.NOT_OWNER);
    }

    @Test
    @Order(3)
    void closesARoomThatAnotherNodeOwnsThoughNobodyWritesToIt() throws InterruptedException {
        var room = new RoomName("superseded");
        var told = new LinkedBlockingQueue<BusMessage>();
        a().bus().host(a().rooms(), (name, _) -> answer(a().bus(), name, told));
        var first = Await.result(a().rooms().claim(room, A));
        Await.result(a().bus().request(A, Addresses.room(room), BusMessage.of("x"), SOON));
        assertThat(told.take().op()).isEqualTo("x");

        var second = Await.result(b().rooms().transfer(room, A, first.epoch(), B));

        var message = Objects.requireNonNull(told.poll(10, TimeUnit.SECONDS));
        assertThat(message.op()).isEqualTo(Ops.EPOCH);
        assertThat(message.epoch()).isEqualTo(second.epoch());
        assertThat(message.header(Ops.FORMER)).isEmpty();
    }

    private static Future<Void> answer(Bus bus, RoomName room, Queue<BusMessage> told) {
        bus.consume(
                Addresses.room(room),
                request -> {
                    told.add(request.message());
                    request.reply(request.message());
                });
        return Future.succeededFuture();
    }

    @Test
    @Order(3)
    void putsBackAnEntryThatWasLostAndSaysHowManyAreInTheRoom() {
        var room = new RoomName("lost");
        a().bus()
                .host(
                        a().rooms(),
                        (name, _) -> answer(a().bus(), name, new ConcurrentLinkedQueue<>()));
        var at = Await.result(a().rooms().claim(room, A));
        Await.result(a().bus().request(A, Addresses.room(room), BusMessage.of("x"), SOON));
        a().rooms().report(room, at.epoch(), 7);

        nodes.hazelcast(B).getMap(HazelcastRoomDirectory.MAP).remove(room.value());

        Waiting.until("the report", () -> participants(room) == 7);
        assertThat(Await.result(b().rooms().find(room))).contains(at);
    }

    private int participants(RoomName room) {
        byte[] entry =
                nodes.hazelcast(B)
                        .<String, byte[]>getMap(HazelcastRoomDirectory.MAP)
                        .get(room.value());
        return entry == null ? -1 : DirectoryEntry.from(entry).participants();
    }

    @Test
    @Order(3)
    void tellsARoomThatAMergeHasRaisedItsEpoch() throws InterruptedException {
        var room = new RoomName("raised");
        var told = new LinkedBlockingQueue<BusMessage>();
        a().bus().host(a().rooms(), (name, _) -> answer(a().bus(), name, told));
        var at = Await.result(a().rooms().claim(room, A));
        Await.result(a().bus().request(A, Addresses.room(room), BusMessage.of("x"), SOON));
        assertThat(told.take().op()).isEqualTo("x");
        var entry = new DirectoryEntry(A.value(), at.epoch(), 0, 0, List.of());
        var raised = entry.raisedOver(Epochs.next(at.epoch(), B.value(), 0));

        nodes.hazelcast(B).getMap(HazelcastRoomDirectory.MAP).set(room.value(), raised.toBytes());

        var message = Objects.requireNonNull(told.poll(10, TimeUnit.SECONDS));
        assertThat(message.op()).isEqualTo(Ops.EPOCH);
        assertThat(message.epoch()).isEqualTo(raised.epoch());
        assertThat(message.header(Ops.FORMER)).contains(String.valueOf(at.epoch()));
        a().rooms().report(room, raised.epoch(), 5);
        Waiting.until("the report", () -> participants(room) == 5);
    }

    @Test
    @Order(4)
    void carriesMessagesToARoomOnTheOtherNodeInOrder() {
        var room = new RoomName("far");
        var seen = new CopyOnWriteArrayList<String>();
        b().bus().host(b().rooms(), (name, _) -> listen(b().bus(), name, seen));
        Await.result(a().rooms().claim(room, B));
        a().vertx()
                .runOnContext(_ -> {
                    for (int i = 0; i < 1000; i++) {
                        a().bus().send(B, Addresses.room(room), BusMessage.of("m" + i));
                    }
                });
        Await.result(Future.<Void>future(p -> a().vertx().runOnContext(_ -> p.complete())));
        var answer =
                Await.result(
                        new RoomCalls(a().bus(), a().rooms())
                                .request(room, BusMessage.of("last", new byte[] {1, 2}), SOON));

        assertThat(answer.body().getBytes()).containsExactly(1, 2);
        var inOrder = seen.stream().filter(op -> op.startsWith("m")).toList();
        assertThat(inOrder)
                .isEqualTo(IntStream.range(0, inOrder.size()).mapToObj(i -> "m" + i).toList());
        assertThat(inOrder).isNotEmpty();
    }

    private static Future<Void> listen(Bus bus, RoomName room, List<String> seen) {
        bus.consume(
                Addresses.room(room),
                request -> {
                    seen.add(request.op());
                    if (request.op().equals("refuse")) {
                        request.fail("not_found", "no such participant");
                    } else {
                        request.reply(request.message());
                    }
                });
        return Future.succeededFuture();
    }

    @Test
    @Order(5)
    void carriesARefusalAcrossNodes() {
        var failure =
                (BusFailure)
                        Await.failure(
                                new RoomCalls(a().bus(), a().rooms())
                                        .requestExisting(
                                                new RoomName("far"),
                                                BusMessage.of("refuse"),
                                                SOON));
        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.REFUSED);
        assertThat(failure.code()).isEqualTo("not_found");
        assertThat(failure.text()).isEqualTo("no such participant");
    }

    @Test
    @Order(6)
    void saysNotOwnerAcrossNodes() {
        var room = new RoomName("mine");
        Await.result(a().rooms().claim(room, A));

        var failure =
                (BusFailure)
                        Await.failure(
                                a().bus()
                                        .request(
                                                B, Addresses.room(room), BusMessage.of("x"), SOON));
        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.NOT_OWNER);
        assertThat(Epochs.isOf(failure.epoch(), A)).isTrue();
    }

    @Test
    @Order(7)
    void probesAnAddressOnTheOtherNode() {
        b().bus().consume("session.PA_x", _ -> {});
        assertThat(Await.result(a().bus().isConsumed(B, "session.PA_x", SOON))).isTrue();
        assertThat(Await.result(a().bus().isConsumed(B, "session.PA_y", SOON))).isFalse();
    }

    @Test
    @Order(8)
    void failsAtOnceForANodeThatDoesNotExist() {
        var failure =
                (BusFailure)
                        Await.failure(
                                a().bus()
                                        .request(
                                                new NodeId("ND_none"),
                                                "room.x",
                                                BusMessage.of("x"),
                                                SOON));
        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.UNREACHABLE);
    }

    private static void announce(Cluster cluster, NodeState state) {
        Await.result(cluster.nodes().announce(NodeLoad.NONE.with(state)));
    }

    private void awaitStateOfB(NodeState state) {
        Waiting.until(
                "A hears that B is " + state,
                () -> a().nodes().find(B).orElseThrow().load().state() == state);
    }

    @Test
    @Order(9)
    void givesNoRoomToANodeThatDrainsNotEvenByName() {
        announce(b(), NodeState.SHUTTING_DOWN);
        awaitStateOfB(NodeState.SHUTTING_DOWN);
        for (int i = 0; i < 20; i++) {
            var room = new RoomName("spared" + i);
            assertThat(Await.result(a().rooms().claim(room)).node()).isEqualTo(A);
        }
        assertThat(Await.result(b().rooms().claim(new RoomName("wished"), B)).node()).isEqualTo(A);
        announce(b(), NodeState.SERVING);
        awaitStateOfB(NodeState.SERVING);
    }

    @Test
    @Order(10)
    void hearsHowTheOtherIs() {
        var load =
                new NodeLoad(
                        3,
                        7,
                        5,
                        9,
                        NodeState.SERVING,
                        MachineLoad.UNKNOWN,
                        Traffic.NONE,
                        Traffic.NONE,
                        List.of(0.5f));
        Await.result(b().nodes().announce(load));
        Waiting.until(
                "A hears of B's load", () -> a().nodes().find(B).orElseThrow().load().equals(load));
        var status = a().nodes().find(B).orElseThrow();
        assertThat(status.heardMs()).isNotZero();
        announce(b(), NodeState.SERVING);
    }

    @Test
    @Order(11)
    void inheritsAndOpensTheRoomsOfTheDeadWhileCallersWait() throws InterruptedException {
        BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();
        a().nodes().onChange(events::add);
        var opened = new ConcurrentHashMap<RoomName, Long>();
        a().bus().host(a().rooms(), (name, epoch) -> take(name, epoch, opened));
        var unanswered = new AtomicInteger();
        b().bus().host(b().rooms(), (name, _) -> neverAnswer(name, unanswered));
        var rooms = IntStream.range(0, 200).mapToObj(i -> new RoomName("orphan" + i)).toList();
        var before = rooms.stream().map(room -> Await.result(b().rooms().claim(room, B))).toList();
        var calls = new RoomCalls(a().bus(), a().rooms());
        var once = calls.request(rooms.getFirst(), BusMessage.of("once"), SOON);
        var twice = calls.idempotent().request(rooms.getFirst(), BusMessage.of("twice"), SOON);

        Waiting.until("both calls have come", () -> unanswered.get() == 2);

        nodes.stop(B);

        assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo(new NodeEvent.Left(B));
        var inDoubt = (BusFailure) Await.failure(once);
        assertThat(inDoubt.kind()).isEqualTo(BusFailure.Kind.UNREACHABLE);
        assertThat(inDoubt.isInDoubt()).isTrue();
        assertThat(Await.result(twice).op()).isEqualTo("twice");
        Waiting.until("all rooms open", () -> opened.keySet().containsAll(rooms));
        for (RoomLocation old : before) {
            var after = Await.result(a().rooms().find(old.room())).orElseThrow();
            assertThat(after.node()).isEqualTo(A);
            assertThat(after.epoch()).isGreaterThan(old.epoch());
            assertThat(opened).containsEntry(old.room(), after.epoch());
        }
        assertThat(a().fence().isFenced()).isFalse();
    }

    private Future<Void> take(RoomName room, long epoch, Map<RoomName, Long> opened) {
        opened.put(room, epoch);
        return answer(a().bus(), room, new ConcurrentLinkedQueue<>());
    }

    private Future<Void> neverAnswer(RoomName room, AtomicInteger unanswered) {
        b().bus().consume(Addresses.room(room), _ -> unanswered.incrementAndGet());
        return Future.succeededFuture();
    }
}

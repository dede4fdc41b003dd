package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
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

    private final List<Cluster> started = new ArrayList<>();

    @BeforeAll
    void startOneAfterTheOther() throws IOException {
        int portA = freePort();
        int portB = freePort();
        String name = "test-" + UUID.randomUUID();
        String members = "127.0.0.1:" + portA + ",127.0.0.1:" + portB;
        started.add(start(A, name, members, portA));
        started.add(start(B, name, members, portB));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static Cluster start(NodeId node, String name, String members, int port) {
        var settings =
                new ClusterSettings(true, "cluster.xml", name, members, "127.0.0.1", port, 0);
        var status = new NodeStatus(node, "127.0.0.1", "", 5000, 5000, NodeLoad.NONE);
        return Await.result(
                new ClusterStart(settings, Clock.systemUTC(), status, UnaryOperator.identity())
                        .start());
    }

    @AfterAll
    void close() {
        for (Cluster cluster : started.reversed()) {
            Await.result(cluster.vertx().close());
        }
    }

    private Cluster a() {
        return started.get(0);
    }

    private Cluster b() {
        return started.get(1);
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
            assertThat(results.get(i).epoch()).isEqualTo(1);
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
        assertThat(second).isEqualTo(new RoomLocation(room, B, first.epoch() + 1));
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
        assertThat(failure.epoch()).isEqualTo(1);
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

    @Test
    @Order(9)
    void hearsOfADeathAndInheritsItsRooms() throws InterruptedException {
        BlockingQueue<NodeEvent> events = new LinkedBlockingQueue<>();
        a().nodes().onChange(events::add);
        var room = new RoomName("orphan");
        var before = Await.result(b().rooms().claim(room, B));
        assertThat(before.node()).isEqualTo(B);

        Await.result(started.removeLast().vertx().close());

        assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo(new NodeEvent.Left(B));
        var after = Await.result(a().rooms().claim(room));
        assertThat(after).isEqualTo(new RoomLocation(room, A, before.epoch() + 1));
    }
}

package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BusTest {
    private static final NodeId SELF = new NodeId("ND_self");
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final RoomName ROOM = new RoomName("kitchen");

    private final Vertx vertx = Vertx.vertx();
    private final RoomDirectory directory = new LocalRoomDirectory(SELF);
    private final Bus bus = Await.result(Bus.start(vertx, SELF));

    @BeforeEach
    void isSelf() {
        assertThat(bus.self()).isEqualTo(SELF);
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    @Test
    void handsTheSameBodyOverInsideANode() {
        var body = Buffer.buffer("hello");
        bus.consume("session.PA_1", request -> request.reply(request.message()));

        var answer =
                Await.result(bus.request(SELF, "session.PA_1", BusMessage.of("x", body), SOON));

        assertThat(answer.body()).isSameAs(body);
    }

    @Test
    void tellsCodeAndTextOfARefusal() {
        bus.consume("session.PA_1", request -> request.fail("not_found", "no such thing"));

        var failure =
                (BusFailure)
                        Await.failure(bus.request(SELF, "session.PA_1", BusMessage.of("x"), SOON));

        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.REFUSED);
        assertThat(failure.code()).isEqualTo("not_found");
        assertThat(failure.text()).isEqualTo("no such thing");
    }

    @Test
    void failsAtOnceIfNobodyListens() {
        var failure =
                (BusFailure)
                        Await.failure(bus.request(SELF, "session.PA_1", BusMessage.of("x"), SOON));

        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.NO_CONSUMER);
    }

    @Test
    void failsInTimeIfNobodyAnswers() {
        bus.consume("session.PA_1", _ -> {});

        var failure =
                (BusFailure)
                        Await.failure(
                                bus.request(
                                        SELF,
                                        "session.PA_1",
                                        BusMessage.of("x"),
                                        Duration.ofMillis(30)));

        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.TIMEOUT);
    }

    @Test
    void opensARoomOnceAndKeepsTheOrderOfWhatWaits() {
        var seen = new CopyOnWriteArrayList<String>();
        var opened = new CopyOnWriteArrayList<RoomName>();
        Promise<Void> ready = Promise.promise();
        bus.host(
                directory,
                (room, epoch) -> {
                    opened.add(room);
                    return ready.future().compose(_ -> listen(room, seen));
                });
        Await.result(directory.claim(ROOM));
        for (int i = 0; i < 100; i++) {
            bus.send(SELF, Addresses.room(ROOM), BusMessage.of("m" + i));
        }
        var last = bus.request(SELF, Addresses.room(ROOM), BusMessage.of("last"), SOON);
        ready.complete();

        Await.result(last);
        assertThat(opened).containsExactly(ROOM);
        assertThat(seen.subList(0, 100))
                .isEqualTo(IntStream.range(0, 100).mapToObj(i -> "m" + i).toList());
    }

    private Future<Void> listen(RoomName room, List<String> seen) {
        bus.consume(
                Addresses.room(room),
                request -> {
                    seen.add(request.op());
                    request.reply(BusMessage.of("ok").withEpoch(request.message().epoch()));
                });
        return Future.succeededFuture();
    }

    @Test
    void saysNotOwnerForARoomThatIsNotInTheDirectory() {
        bus.host(directory, (_, _) -> Future.succeededFuture());

        var failure =
                (BusFailure)
                        Await.failure(
                                bus.request(SELF, Addresses.room(ROOM), BusMessage.of("x"), SOON));

        assertThat(failure.kind()).isEqualTo(BusFailure.Kind.NOT_OWNER);
    }

    @Test
    void claimsARoomAndSendsItsEpoch() {
        bus.host(directory, (room, _) -> listen(room, new CopyOnWriteArrayList<>()));
        var calls = new RoomCalls(bus, directory);

        var answer = Await.result(calls.request(ROOM, BusMessage.of("x"), SOON));

        assertThat(answer.epoch()).isEqualTo(1);
    }

    @Test
    void doesNotCreateARoomThatOnlyHasToBeFound() {
        var calls = new RoomCalls(bus, directory);

        var failure =
                (BusFailure) Await.failure(calls.requestExisting(ROOM, BusMessage.of("x"), SOON));

        assertThat(failure.code()).isEqualTo("not_found");
        assertThat(Await.result(directory.all())).isEmpty();
    }

    @Test
    void repeatsACallThatMetAClosingRoom() {
        var epochs = new CopyOnWriteArrayList<Long>();
        bus.host(
                directory,
                (room, _) -> {
                    bus.consume(
                            Addresses.room(room), request -> answerOnSecondEpoch(request, epochs));
                    return Future.succeededFuture();
                });
        var calls = new RoomCalls(bus, directory);

        Await.result(calls.request(ROOM, BusMessage.of("x"), SOON));

        assertThat(epochs).containsExactly(1L, 2L);
    }

    @Test
    void sendsNothingForACallerThatHasGone() {
        var heard = new CopyOnWriteArrayList<BusRequest>();
        bus.host(
                directory,
                (room, _) -> {
                    bus.consume(Addresses.room(room), heard::add);
                    return Future.succeededFuture();
                });
        var calls = new RoomCalls(bus, directory).idempotent().whileAwaited(() -> false);

        var failure = (BusFailure) Await.failure(calls.request(ROOM, BusMessage.of("x"), SOON));

        assertThat(failure.code()).isEqualTo("canceled");
        assertThat(heard).isEmpty();
    }

    private void answerOnSecondEpoch(BusRequest request, List<Long> epochs) {
        long epoch = request.message().epoch();
        epochs.add(epoch);
        if (epoch == 2) {
            request.reply(BusMessage.of("ok"));
            return;
        }
        directory.release(ROOM, SELF, epoch).onComplete(_ -> request.notOwner(epoch));
    }

    @Test
    void keepsAMessageThroughItsWireForm() {
        var codec = new BusMessageCodec();
        var wire = Buffer.buffer("xx");
        var message = new BusMessage("join", 7, Map.of("a", "ä", "b", ""), Buffer.buffer("body"));
        codec.encodeToWire(wire, message);

        assertThat(codec.decodeFromWire(2, wire)).isEqualTo(message);
    }

    @Test
    void keepsAJoinReplyThroughAMessage() {
        var accepted = new JoinReply.Accepted("PA_1", SELF, 3, Buffer.buffer("first"), true);

        assertThat(JoinReply.from(accepted.toMessage())).isEqualTo(accepted);
        assertThat(
                        JoinReply.from(
                                new JoinReply.Refused(429, "maximum participants reached")
                                        .toMessage()))
                .isEqualTo(new JoinReply.Refused(429, "maximum participants reached"));
    }
}

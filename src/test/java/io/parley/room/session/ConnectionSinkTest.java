package io.parley.room.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.Addresses;
import io.parley.cluster.Await;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.WindowSize;
import io.vertx.core.Vertx;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import livekit.LivekitRtc.SignalResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConnectionSinkTest {
    private static final NodeId SELF = new NodeId("ND_self");
    private static final SignalResponse TOKEN =
            SignalResponse.newBuilder().setRefreshToken("t").build();

    private final Vertx vertx = Vertx.vertx();
    private final Bus bus = Await.result(Bus.start(vertx, SELF));
    private final BlockingQueue<BusMessage> edge = new LinkedBlockingQueue<>();
    private final BlockingQueue<BusMessage> session = new LinkedBlockingQueue<>();
    private final ConnectionSink sink = sink(SELF);

    private ConnectionSink sink(NodeId node) {
        var opened = new ConnectionSink(bus, node, "CO_1", 7, new EncodedResponses());
        opened.belongsTo("PA_1");
        opened.send(TOKEN);
        opened.onAnswered();
        return opened;
    }

    ConnectionSinkTest() {
        bus.consume(Addresses.connection("CO_1"), request -> edge.add(message(request)));
        bus.consume(Addresses.session("PA_1"), request -> session.add(message(request)));
    }

    private static BusMessage message(BusRequest request) {
        return request.message();
    }

    @AfterEach
    void close() {
        Await.result(vertx.close());
    }

    private static BusMessage take(BlockingQueue<BusMessage> queue) {
        try {
            return Objects.requireNonNull(queue.poll(10, TimeUnit.SECONDS), "nothing came");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static BusMessage signal(long number) {
        return BusMessage.of(Ops.SIGNAL, new byte[] {1}).with(Ops.NUMBER, number);
    }

    private static BusMessage done(long upTo) {
        return BusMessage.of(Ops.PROGRESS).with(Ops.DONE, upTo);
    }

    @Test
    void isReadyAsLongAsTheWebsocketKeepsUp() {
        int window = WindowSize.TO_CLIENT.messages();
        for (int i = 1; i <= window; i++) {
            assertThat(sink.isReady()).isTrue();
            sink.send(TOKEN);
            assertThat(take(edge).number(Ops.NUMBER)).hasValue(i);
        }
        assertThat(sink.isReady()).isFalse();

        sink.onProgress(done(1));

        assertThat(sink.isReady()).isTrue();
    }

    @Test
    void countsBytesToo() {
        var half = "x".repeat(WindowSize.TO_CLIENT.bytes() / 2);
        sink.send(SignalResponse.newBuilder().setRefreshToken(half).build());
        assertThat(sink.isReady()).isTrue();
        sink.send(SignalResponse.newBuilder().setRefreshToken(half).build());
        assertThat(sink.isReady()).isFalse();
        sink.onProgress(done(1));
        assertThat(sink.isReady()).isTrue();
    }

    @Test
    void tellsHowFarTheSessionIs() {
        int due = WindowSize.FROM_CLIENT.messages() / 4;
        for (int i = 1; i <= 2 * due; i++) {
            assertThat(sink.onSignal(signal(i))).isTrue();
            sink.onSignalDone(signal(i));
        }
        assertThat(take(edge).number(Ops.DONE)).hasValue(due);
        var second = take(edge);
        assertThat(second.number(Ops.DONE)).hasValue(2L * due);
        assertThat(second.epoch()).isEqualTo(7);
    }

    @Test
    void givesAWebsocketUpWhoseMessagesWereLost() {
        assertThat(sink.onSignal(signal(1))).isTrue();
        assertThat(sink.onSignal(signal(3))).isFalse();

        assertThat(take(edge).number(Ops.CLOSE_CODE)).hasValue(1012);
        assertThat(sink.onSignal(signal(4))).isFalse();
    }

    @Test
    void comparesNumbersWhenAsked() {
        sink.send(TOKEN);
        take(edge);
        assertThat(sink.onSignal(signal(1))).isTrue();

        sink.onProgress(done(1).with(Ops.SENT, 1));
        assertThat(take(edge).number(Ops.SENT)).hasValue(1);

        sink.onProgress(done(1).with(Ops.SENT, 2));
        assertThat(take(edge).number(Ops.CLOSE_CODE)).hasValue(1012);
    }

    @Test
    void saysWhyItCutsASlowClient() {
        sink.cut();
        sink.send(TOKEN);

        var close = take(edge);
        assertThat(close.number(Ops.CLOSE_CODE)).hasValue(1013);
        assertThat(close.header(Ops.REASON)).hasValue("outbound queue is full");
        assertThat(edge).isEmpty();
    }

    @Test
    void tellsTheSessionOnceIfTheNodeIsUnreachable() {
        var far = sink(new NodeId("ND_none"));
        far.send(TOKEN);
        far.send(TOKEN);

        var closed = take(session);
        assertThat(closed.op()).isEqualTo(Ops.CLOSED);
        assertThat(closed.header(Ops.CONNECTION)).hasValue("CO_1");
        assertThat(closed.header(Ops.EDGE)).hasValue("ND_none");
        bus.send(SELF, Addresses.session("PA_1"), BusMessage.of("end"));
        assertThat(take(session).op()).isEqualTo("end");
    }
}

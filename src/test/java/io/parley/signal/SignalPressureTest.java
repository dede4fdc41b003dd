package io.parley.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.Ops;
import io.parley.cluster.WindowSize;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Clients that say or hear too much for one side.
final class SignalPressureTest {
    private static final int WINDOW = WindowSize.FROM_CLIENT.messages();
    private @Nullable SignalFixture running;

    private SignalFixture server(InboundLimits inbound) {
        var d = SignalSettings.DEFAULTS;
        var settings =
                new SignalSettings(
                        d.autoCreate(),
                        d.maxRoomNameLength(),
                        d.maxIdentityLength(),
                        d.maxMetadataSize(),
                        d.maxAttributesSize(),
                        d.maxMessageBytes(),
                        d.joinTimeout(),
                        d.pingInterval(),
                        d.idleTimeout(),
                        d.outboundMessages(),
                        d.outboundBytes(),
                        inbound);
        var started = new SignalFixture(settings, SignalPressureTest::accept);
        running = started;
        return started;
    }

    private static void accept(BusRequest join) {
        join.reply(SignalFixture.accepted(false).toMessage());
    }

    private SignalFixture server() {
        return server(SignalSettings.DEFAULTS.inbound());
    }

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
    }

    private static Buffer mute(int number) {
        return Buffer.buffer(
                SignalRequest.newBuilder()
                        .setMute(MuteTrackRequest.newBuilder().setSid("TR_" + number))
                        .build()
                        .toByteArray());
    }

    private static final Buffer PING =
            Buffer.buffer(SignalRequest.newBuilder().setPing(5).build().toByteArray());

    private static void ping(SignalFixture.Client client) {
        client.socket().writeBinaryMessage(PING);
        assertThat(client.next().hasPong()).isTrue();
    }

    private static SignalFixture.Client connect(SignalFixture server) {
        var client = server.connect("/rtc");
        client.next();
        return client;
    }

    private static BusMessage response(long number) {
        byte[] body = SignalResponse.newBuilder().setRefreshToken("t").build().toByteArray();
        return BusMessage.of(Ops.RESPONSE, body).with(Ops.NUMBER, number);
    }

    private static long number(BusRequest request, String name) {
        return request.message().number(name).orElseThrow();
    }

    @Test
    void holdsAClientBackUntilItsSessionHasWorkedItOff() {
        var server = server();
        var busy = connect(server);
        String address = SignalFixture.connection(SignalFixture.take(server.joins));
        var other = connect(server);
        for (int i = 1; i <= 1000; i++) {
            busy.socket().writeBinaryMessage(mute(i));
        }
        for (int i = 1; i <= WINDOW; i++) {
            assertThat(number(SignalFixture.take(server.signals), Ops.NUMBER)).isEqualTo(i);
        }
        for (int i = 0; i < 20; i++) {
            ping(other);
        }
        assertThat(server.signals).isEmpty();

        for (int i = WINDOW + 1; i <= 1000; i++) {
            if (i % 8 == 1) {
                var progress = BusMessage.of(Ops.PROGRESS).with(Ops.DONE, i - 1);
                server.bus.send(SignalFixture.SELF, address, progress);
            }
            var signal = SignalFixture.take(server.signals);
            assertThat(number(signal, Ops.NUMBER)).isEqualTo(i);
            assertThat(signal.message().body()).isEqualTo(mute(i));
        }
        ping(other);
        assertThat(busy.closed).isEmpty();
    }

    @Test
    void cutsAClientThatGoesOnFlooding() {
        var server = server(new InboundLimits(20, 100, 1 << 20, 1 << 20, Duration.ofMillis(100)));
        var flood = connect(server);
        for (int i = 0; i < 2000; i++) {
            flood.socket().writeBinaryMessage(PING);
        }
        var closed = SignalFixture.take(server.signals);
        assertThat(closed.op()).isEqualTo(Ops.CLOSED);
        assertThat(SignalFixture.header(closed, Ops.REASON)).isEqualTo("flood");
        assertThat(flood.binary.size()).isLessThan(200);
        assertThat(SignalFixture.take(flood.closed)).isIn(1008, 1006);
        assertThat(server.metrics.scrape())
                .contains("parley_signal_cut_total{")
                .contains("reason=\"flood\"} 1");
        ping(connect(server));
    }

    @Test
    void websocketPingsAreFramesToo() {
        var server = server(new InboundLimits(20, 100, 1 << 20, 1 << 20, Duration.ofMillis(100)));
        var flood = connect(server);
        for (int i = 0; i < 2000; i++) {
            flood.socket().writePing(Buffer.buffer("x"));
        }
        assertThat(SignalFixture.header(SignalFixture.take(server.signals), Ops.REASON))
                .isEqualTo("flood");
    }

    @Test
    void tellsTheSessionWhatTheWebsocketTook() {
        var server = server();
        var client = connect(server);
        String address = SignalFixture.connection(SignalFixture.take(server.joins));
        int due = WindowSize.TO_CLIENT.messages() / 4;
        for (int i = 1; i <= 2 * due; i++) {
            server.bus.send(SignalFixture.SELF, address, response(i));
            assertThat(client.next().getRefreshToken()).isEqualTo("t");
        }
        assertThat(number(SignalFixture.take(server.progress), Ops.DONE)).isEqualTo(due);
        assertThat(number(SignalFixture.take(server.progress), Ops.DONE)).isEqualTo(2L * due);
    }

    @Test
    void letsAClientResumeThatMissedAMessage() {
        var server = server();
        var client = connect(server);
        String address = SignalFixture.connection(SignalFixture.take(server.joins));
        server.bus.send(SignalFixture.SELF, address, response(1));
        server.bus.send(SignalFixture.SELF, address, response(3));

        assertThat(client.next().getRefreshToken()).isEqualTo("t");
        assertThat(SignalFixture.take(client.closed)).isEqualTo(1012);
        assertThat(server.metrics.scrape()).contains("reason=\"loss\"} 1");
    }

    @Test
    void letsAClientResumeWhoseLastMessageWasLost() {
        var server = server();
        var client = connect(server);
        String address = SignalFixture.connection(SignalFixture.take(server.joins));
        server.bus.send(SignalFixture.SELF, address, response(1));
        var progress = BusMessage.of(Ops.PROGRESS).with(Ops.DONE, 0).with(Ops.SENT, 2);
        server.bus.send(SignalFixture.SELF, address, progress);

        assertThat(SignalFixture.take(client.closed)).isEqualTo(1012);
    }

    @Test
    void cutsAClientThatItsSessionFindsTooSlow() {
        var server = server();
        var client = connect(server);
        String address = SignalFixture.connection(SignalFixture.take(server.joins));
        var close = BusMessage.of(Ops.CLOSE).with(Ops.CLOSE_CODE, 1013);
        server.bus.send(SignalFixture.SELF, address, close.with(Ops.REASON, "too slow"));

        assertThat(SignalFixture.take(client.closed)).isEqualTo(1013);
        assertThat(SignalFixture.header(SignalFixture.take(server.signals), Ops.REASON))
                .isEqualTo("slow");
        assertThat(server.metrics.scrape()).contains("reason=\"slow\"} 1");
    }
}

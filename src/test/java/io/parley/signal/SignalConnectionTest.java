package io.parley.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.Await;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.JoinReply;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomName;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.Ping;
import livekit.LivekitRtc.SessionDescription;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SignalConnectionTest {
    private static final Buffer OFFER =
            Buffer.buffer(
                    SignalRequest.newBuilder()
                            .setOffer(SessionDescription.newBuilder().setSdp("v=0"))
                            .build()
                            .toByteArray());

    private @Nullable SignalFixture running;

    private SignalFixture server(SignalSettings settings, Consumer<BusRequest> onJoin) {
        var started = new SignalFixture(settings, onJoin);
        running = started;
        return started;
    }

    private SignalFixture server() {
        return server(
                SignalSettings.DEFAULTS,
                request -> request.reply(SignalFixture.accepted(false).toMessage()));
    }

    @AfterEach
    void close() {
        if (running != null) {
            running.close();
        }
    }

    private static SignalSettings settings(Duration ping, Duration idle, int outboundBytes) {
        var d = SignalSettings.DEFAULTS;
        return new SignalSettings(
                d.autoCreate(),
                d.maxRoomNameLength(),
                d.maxIdentityLength(),
                d.maxMetadataSize(),
                d.maxAttributesSize(),
                d.maxMessageBytes(),
                d.joinTimeout(),
                ping,
                idle,
                d.outboundMessages(),
                outboundBytes,
                d.inbound());
    }

    private static BusMessage response(SignalResponse response) {
        return BusMessage.of(Ops.RESPONSE, response.toByteArray());
    }

    private static SignalResponse token(String text) {
        return SignalResponse.newBuilder().setRefreshToken(text).build();
    }

    @Test
    void putsTheFirstResponseBeforeWhatCameEarlier() {
        var server =
                server(
                        SignalSettings.DEFAULTS,
                        request -> {
                            var bus = Objects.requireNonNull(running).bus;
                            for (int i = 0; i < 5; i++) {
                                bus.send(
                                        SignalFixture.SELF,
                                        SignalFixture.connection(request),
                                        response(token("t" + i)));
                            }
                            request.reply(SignalFixture.accepted(false).toMessage());
                        });
        var client = server.connect("/rtc");

        assertThat(client.next()).isEqualTo(SignalFixture.HELLO);
        for (int i = 0; i < 5; i++) {
            assertThat(client.next().getRefreshToken()).isEqualTo("t" + i);
        }
    }

    @Test
    void passesBinaryFramesOnUntouched() {
        var server = server();
        var client = server.connect("/rtc");
        client.socket().writeBinaryMessage(OFFER);

        var request = SignalFixture.take(server.signals);

        assertThat(request.op()).isEqualTo(Ops.SIGNAL);
        assertThat(request.message().body()).isEqualTo(OFFER);
        assertThat(request.message().epoch()).isEqualTo(1);
        assertThat(SignalFixture.header(request, Ops.CONNECTION)).startsWith("CO_");
    }

    @Test
    void answersInTheEncodingOfTheLastFrame() {
        var server = server();
        var client = server.connect("/rtc");
        client.next();
        client.socket()
                .writeTextMessage("{\"offer\":{\"sdp\":\"v=0\",\"new\":1},\"unknown\":true}");
        var request = SignalFixture.take(server.signals);
        assertThat(request.message().body()).isEqualTo(OFFER);

        String address = SignalFixture.connection(SignalFixture.take(server.joins));
        server.bus.send(SignalFixture.SELF, address, response(token("t")));
        assertThat(SignalFixture.take(client.text)).isEqualTo("{\"refreshToken\":\"t\"}");

        client.socket().writeBinaryMessage(OFFER);
        SignalFixture.take(server.signals);
        server.bus.send(SignalFixture.SELF, address, response(token("u")));
        assertThat(client.next().getRefreshToken()).isEqualTo("u");
    }

    @Test
    void answersPingsAtTheEdge() {
        var server = server();
        var client = server.connect("/rtc");
        client.next();
        client.socket()
                .writeBinaryMessage(
                        Buffer.buffer(SignalRequest.newBuilder().setPing(5).build().toByteArray()));
        assertThat(client.next().getPong()).isGreaterThan(1_700_000_000_000L);

        var ping = Ping.newBuilder().setTimestamp(77).setRtt(3);
        client.socket()
                .writeBinaryMessage(
                        Buffer.buffer(
                                SignalRequest.newBuilder().setPingReq(ping).build().toByteArray()));
        assertThat(client.next().getPongResp().getLastPingTimestamp()).isEqualTo(77);
        var forwarded = SignalFixture.take(server.signals);
        assertThat(forwarded.op()).isEqualTo(Ops.SIGNAL);
        assertThat(server.signals).isEmpty();
    }

    @Test
    void closesOnGarbageAndTellsTheSession() {
        var server = server();
        var client = server.connect("/rtc");
        client.socket().writeBinaryMessage(Buffer.buffer(new byte[] {-1, -1, -1}));

        assertThat(SignalFixture.take(client.closed)).isEqualTo(1007);
        assertThat(SignalFixture.take(server.signals).op()).isEqualTo(Ops.CLOSED);
    }

    @Test
    void closesOnGarbageText() {
        var server = server();
        var client = server.connect("/rtc");
        client.socket().writeTextMessage("{");

        assertThat(SignalFixture.take(client.closed)).isEqualTo(1007);
    }

    @Test
    void closesOnAFrameThatIsTooLarge() {
        var server = server();
        var client = server.connect("/rtc");
        client.socket().writeBinaryMessage(Buffer.buffer(new byte[100_000]));

        SignalFixture.take(client.closed);
        assertThat(SignalFixture.take(server.signals).op()).isEqualTo(Ops.CLOSED);
    }

    @Test
    void cutsASlowClientOff() throws IOException {
        var server =
                server(
                        settings(Duration.ofSeconds(10), Duration.ofSeconds(45), 1 << 20),
                        request -> request.reply(SignalFixture.accepted(false).toMessage()));
        try (var lazy = rawUpgrade(server)) {
            assertThat(lazy.getInputStream().read()).isEqualTo('H');
            String address = SignalFixture.connection(SignalFixture.take(server.joins));
            var big = response(token("x".repeat(1 << 20)));
            for (int i = 0; i < 30; i++) {
                server.bus.send(SignalFixture.SELF, address, big);
            }

            assertThat(SignalFixture.take(server.signals).op()).isEqualTo(Ops.CLOSED);
        }
    }

    /// A client that does nothing of its own accord: neither reads nor answers pings.
    private static Socket rawUpgrade(SignalFixture server) throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), server.port);
        String upgrade =
                "GET /rtc?access_token="
                        + server.token()
                        + " HTTP/1.1\r\n"
                        + "Host: x\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        socket.getOutputStream().write(upgrade.getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    /// Its websocket may be open on another node by then, and a late join would replace that one.
    @Test
    void repeatsNoJoinOfAClientThatHasGone() throws IOException, InterruptedException {
        var server = server(SignalSettings.DEFAULTS, request -> request.notOwner(1));
        Socket impatient = rawUpgrade(server);
        SignalFixture.take(server.joins);
        SignalFixture.take(server.joins);
        impatient.close();
        int late = 0;
        while (server.joins.poll(1, TimeUnit.SECONDS) != null) {
            late++;
        }
        assertThat(late).isLessThan(5);
    }

    @Test
    void closesAfterEverythingWasWritten() {
        var server = server();
        var client = server.connect("/rtc");
        client.next();
        String address = SignalFixture.connection(SignalFixture.take(server.joins));
        var leave =
                SignalResponse.newBuilder()
                        .setLeave(
                                LeaveRequest.newBuilder().setReason(DisconnectReason.ROOM_DELETED))
                        .build();
        server.bus.send(SignalFixture.SELF, address, response(token("x".repeat(500_000))));
        server.bus.send(SignalFixture.SELF, address, response(leave));
        server.bus.send(
                SignalFixture.SELF, address, BusMessage.of(Ops.CLOSE).with(Ops.CLOSE_CODE, "1000"));

        assertThat(client.next().getRefreshToken()).hasSize(500_000);
        assertThat(client.next()).isEqualTo(leave);
        assertThat(SignalFixture.take(client.closed)).isEqualTo(1000);
    }

    @Test
    void closesAfterALeaveThatIsTheFirstFrame() {
        var server =
                server(
                        SignalSettings.DEFAULTS,
                        request -> request.reply(SignalFixture.accepted(true).toMessage()));
        var client = server.connect("/rtc");

        assertThat(client.next()).isEqualTo(SignalFixture.HELLO);
        assertThat(SignalFixture.take(client.closed)).isEqualTo(1000);
    }

    @Test
    void tellsAClientToJoinAnewIfThereIsNothingToResume() {
        var server = server();
        var client = server.connect("/rtc?reconnect=1&protocol=16");

        var leave = client.next().getLeave();
        assertThat(leave.getReason()).isEqualTo(DisconnectReason.STATE_MISMATCH);
        assertThat(leave.getAction()).isEqualTo(LeaveRequest.Action.RECONNECT);
        assertThat(SignalFixture.take(client.closed)).isEqualTo(1000);
        assertThat(server.joins).isEmpty();
        assertThat(Await.result(server.directory.all())).isEmpty();

        assertThat(
                        server.connect("/rtc?reconnect=1&protocol=9")
                                .next()
                                .getLeave()
                                .getCanReconnect())
                .isTrue();
    }

    @Test
    void answersARefusalAtOnceWithoutUpgrade() {
        var server =
                server(
                        SignalSettings.DEFAULTS,
                        request ->
                                request.reply(
                                        new JoinReply.Refused(429, "maximum participants reached")
                                                .toMessage()));
        var answer = server.upgrade("/rtc", server.token());

        assertThat(answer.status()).isEqualTo(429);
        assertThat(answer.text()).isEqualTo("maximum participants reached");
        assertThat(server.joins).hasSize(1);
    }

    @Test
    void doesNotCreateARoomIfAutoCreateIsOff() {
        var server =
                server(
                        SignalSettings.DEFAULTS.withAutoCreate(false),
                        request -> request.reply(SignalFixture.accepted(false).toMessage()));
        for (String path : new String[] {"/rtc", "/rtc/validate"}) {
            var answer = server.upgrade(path, server.token());
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.text()).isEqualTo("requested room does not exist");
        }
        Await.result(server.directory.claim(new RoomName("kitchen")));
        assertThat(server.connect("/rtc").next()).isEqualTo(SignalFixture.HELLO);
        assertThat(server.upgrade("/rtc/validate", server.token()).text()).isEqualTo("success");
    }

    @Test
    void answers503IfTheRoomStaysSilent() {
        var d = SignalSettings.DEFAULTS;
        var impatient =
                new SignalSettings(
                        true,
                        256,
                        256,
                        0,
                        0,
                        d.maxMessageBytes(),
                        Duration.ofMillis(50),
                        d.pingInterval(),
                        d.idleTimeout(),
                        200,
                        1000,
                        d.inbound());
        var server = server(impatient, _ -> {});

        assertThat(server.upgrade("/rtc", server.token()).status()).isEqualTo(503);
    }

    @Test
    void closesForAResumeWhenTheSessionIsGone() {
        var server =
                server(
                        settings(Duration.ofMillis(30), Duration.ofSeconds(45), 1 << 20),
                        request -> {
                            var reply = SignalFixture.accepted(false);
                            request.reply(
                                    new JoinReply.Accepted(
                                                    "PA_gone",
                                                    reply.owner(),
                                                    1,
                                                    reply.first(),
                                                    false)
                                            .toMessage());
                        });
        var client = server.connect("/rtc");

        assertThat(SignalFixture.take(client.closed)).isEqualTo(1012);
    }

    @Test
    void tellsTheSessionOfASilentClient() throws IOException {
        var server =
                server(
                        settings(Duration.ofMillis(30), Duration.ofMillis(60), 1 << 20),
                        request -> request.reply(SignalFixture.accepted(false).toMessage()));
        try (var mute = rawUpgrade(server)) {
            assertThat(SignalFixture.take(server.signals).op()).isEqualTo(Ops.IDLE);
            assertThat(SignalFixture.take(server.signals).op()).isEqualTo(Ops.CLOSED);
            assertThat(mute.isConnected()).isTrue();
        }
    }

    @Test
    void tellsTheSessionIfTheClientLeftBeforeTheUpgrade() throws IOException {
        var held = new LinkedBlockingQueue<BusRequest>();
        var server = server(SignalSettings.DEFAULTS, held::add);
        var gone = rawUpgrade(server);
        var join = SignalFixture.take(held);
        gone.setSoLinger(true, 0);
        gone.close();
        join.reply(SignalFixture.accepted(false).toMessage());

        assertThat(SignalFixture.take(server.signals).op()).isEqualTo(Ops.CLOSED);
    }

    @Test
    void survivesMutatedFrames() {
        var server = server();
        var random = new Random(11);
        for (int i = 0; i < 40; i++) {
            var client = server.connect("/rtc");
            byte[] frame = OFFER.getBytes();
            frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            client.socket().writeBinaryMessage(Buffer.buffer(frame));
            // Either it is read or the socket is closed; the server goes on in both cases.
            assertThat(SignalFixture.take(server.signals).op()).isIn(Ops.SIGNAL, Ops.CLOSED);
            client.socket().close();
        }
    }
}

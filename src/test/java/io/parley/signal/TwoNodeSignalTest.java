package io.parley.signal;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.auth.ApiKeys;
import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import io.parley.auth.TokenVerifier;
import io.parley.cluster.Addresses;
import io.parley.cluster.Await;
import io.parley.cluster.BusMessage;
import io.parley.cluster.BusRequest;
import io.parley.cluster.Cluster;
import io.parley.cluster.ClusterOfOneJvm;
import io.parley.cluster.JoinReply;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomName;
import io.parley.metrics.MediaCounters;
import io.parley.metrics.NodeMetrics;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/// The websocket on one node, the room on another.
final class TwoNodeSignalTest {
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");

    private final ApiKeys keys = new ApiKeys(Map.of("devkey", "secret"));
    private final BlockingQueue<BusRequest> signals = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> connections = new LinkedBlockingQueue<>();

    private void hostRoomsOn(Cluster owner) {
        owner.bus()
                .host(
                        owner.rooms(),
                        (room, epoch) -> {
                            owner.bus()
                                    .consume(
                                            Addresses.room(room),
                                            join -> accept(owner, join, epoch));
                            return Future.succeededFuture();
                        });
    }

    private void accept(Cluster owner, BusRequest join, long epoch) {
        if (!join.op().equals(Ops.JOIN) && !join.op().equals(Ops.ATTACH)) {
            join.reply(BusMessage.of(join.op()));
            return;
        }
        connections.add(SignalFixture.header(join, Ops.CONNECTION));
        owner.bus().consume(Addresses.session("PA_1"), signals::add);
        var first = Buffer.buffer(SignalFixture.HELLO.toByteArray());
        var self = owner.bus().self();
        join.reply(new JoinReply.Accepted("PA_1", self, epoch, first, false).toMessage());
    }

    private HttpFront listenOn(Cluster edge) {
        var front =
                new HttpFront(
                        edge.vertx(),
                        HttpSettings.of(List.of("127.0.0.1"), 0),
                        new TokenVerifier(keys),
                        () -> Health.OK);
        Await.result(
                Future.<Void>future(p ->
                        edge.vertx()
                                .runOnContext(
                                        _ -> front.listen(List.of(server(edge))).onComplete(p))));
        return front;
    }

    private static SignalServer server(Cluster edge) {
        return new SignalServer(
                edge.vertx(),
                SignalSettings.DEFAULTS,
                edge.bus(),
                edge.rooms(),
                edge.nodes(),
                RandomGenerator.getDefault(),
                new NodeMetrics("ND_test", new MediaCounters()));
    }

    private SignalFixture.Client connect(WebSocketClient from, int port) {
        String token =
                new TokenMint(keys)
                        .mint(
                                System.currentTimeMillis(),
                                Grants.joining("alice", "kitchen"),
                                "devkey",
                                Duration.ofHours(1))
                        .orElseThrow();
        var client = new SignalFixture.Client();
        var socket = from.webSocket();
        client.follow(socket);
        client.socket =
                Await.result(
                        socket.connect(
                                new WebSocketConnectOptions()
                                        .setHost("127.0.0.1")
                                        .setPort(port)
                                        .setURI("/rtc?access_token=" + token)));
        return client;
    }

    @Test
    void carriesSignallingBetweenNodesAndGoesOnWithTheNextOwner() {
        var nodes = new ClusterOfOneJvm("cluster.xml", 2);
        var a = nodes.start(A);
        var b = nodes.start(B);
        hostRoomsOn(b);
        var at = Await.result(b.rooms().claim(new RoomName("kitchen"), B));
        // Kept: Vert.x closes a client that is no longer reachable.
        var from = a.vertx().createWebSocketClient();
        var client = connect(from, listenOn(a).port());

        assertThat(client.next()).isEqualTo(SignalFixture.HELLO);
        client.socket().writeTextMessage("{\"offer\":{\"sdp\":\"v=0\"}}");
        var signal = SignalFixture.take(signals);
        assertThat(signal.op()).isEqualTo(Ops.SIGNAL);
        assertThat(signal.message().epoch()).isEqualTo(at.epoch());

        String address = Addresses.connection(SignalFixture.take(connections));
        var response = BusMessage.of(Ops.RESPONSE, SignalFixture.HELLO.toByteArray());
        b.bus().send(A, address, response.withEpoch(at.epoch()));
        assertThat(SignalFixture.take(client.text)).contains("\"serverVersion\":\"fake\"");

        hostRoomsOn(a);
        Await.result(b.vertx().close());
        assertThat(Addresses.connection(SignalFixture.take(connections))).isEqualTo(address);
        assertThat(SignalFixture.take(client.text)).contains("\"serverVersion\":\"fake\"");
        client.socket().writeTextMessage("{\"offer\":{\"sdp\":\"v=1\"}}");
        assertThat(SignalFixture.take(signals).message().epoch()).isGreaterThan(at.epoch());
        a.bus().send(A, address, BusMessage.of(Ops.CLOSE).withEpoch(at.epoch()));
        a.bus().send(A, address, response);
        assertThat(SignalFixture.take(client.text)).contains("\"serverVersion\":\"fake\"");
        Await.result(from.close());
        Await.result(a.vertx().close());
    }
}

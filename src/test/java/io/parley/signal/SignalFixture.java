package io.parley.signal;

import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.auth.ApiKeys;
import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import io.parley.auth.TokenVerifier;
import io.parley.cluster.Addresses;
import io.parley.cluster.Await;
import io.parley.cluster.Bus;
import io.parley.cluster.BusRequest;
import io.parley.cluster.JoinReply;
import io.parley.cluster.LocalNodes;
import io.parley.cluster.LocalRoomDirectory;
import io.parley.cluster.NodeId;
import io.parley.cluster.NodeLoad;
import io.parley.cluster.NodeSelector;
import io.parley.cluster.NodeSelectorSettings;
import io.parley.cluster.NodeStatus;
import io.parley.cluster.Ops;
import io.parley.metrics.MediaCounters;
import io.parley.metrics.NodeMetrics;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.WebSocket;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import livekit.LivekitRtc.JoinResponse;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/// The signal server on a real port, with a fake room behind the bus.
final class SignalFixture implements AutoCloseable {
    static final NodeId SELF = new NodeId("ND_self");
    static final String SID = "PA_1";
    static final SignalResponse HELLO =
            SignalResponse.newBuilder()
                    .setJoin(JoinResponse.newBuilder().setServerVersion("fake"))
                    .build();

    final Vertx vertx = Vertx.vertx();
    final Bus bus = Await.result(Bus.start(vertx, SELF));
    final LocalRoomDirectory directory = new LocalRoomDirectory(SELF);
    final BlockingQueue<BusRequest> joins = new LinkedBlockingQueue<>();
    final BlockingQueue<BusRequest> signals = new LinkedBlockingQueue<>();
    final BlockingQueue<BusRequest> progress = new LinkedBlockingQueue<>();
    final NodeMetrics metrics = new NodeMetrics(SELF.value(), new MediaCounters());
    final int port;
    // Kept: Vert.x closes a client that is no longer reachable.
    private final HttpClient httpClient = vertx.createHttpClient();
    private final WebSocketClient webSocketClient =
            vertx.createWebSocketClient(
                    new WebSocketClientOptions()
                            .setMaxFrameSize(1 << 22)
                            .setMaxMessageSize(1 << 22));
    private final TokenMint mint;

    /// Every room answers a join with `onJoin`; [#HELLO] is what it says by default.
    SignalFixture(SignalSettings settings, Consumer<BusRequest> onJoin) {
        var keys = new ApiKeys(Map.of("devkey", "secret"));
        mint = new TokenMint(keys);
        bus.host(
                directory,
                (room, _) -> {
                    bus.consume(
                            Addresses.room(room),
                            request -> {
                                joins.add(request);
                                onJoin.accept(request);
                            });
                    return Future.succeededFuture();
                });
        bus.consume(Addresses.session(SID), this::onSession);
        var status = new NodeStatus(SELF, "127.0.0.1", "", 0, 0, NodeLoad.NONE);
        var nodes =
                new LocalNodes(
                        Clock.systemUTC(),
                        new NodeSelector(
                                NodeSelectorSettings.DEFAULTS, RandomGenerator.getDefault()),
                        status);
        var front =
                new HttpFront(
                        vertx,
                        new HttpSettings(List.of("127.0.0.1"), 0, 1000, 64 << 10),
                        new TokenVerifier(keys),
                        () -> Health.OK);
        Context loop = vertx.getOrCreateContext();
        Future<Void> listening =
                Future.future(promise ->
                        loop.runOnContext(_ ->
                                front.listen(
                                                List.of(
                                                        new SignalServer(
                                                                vertx,
                                                                settings,
                                                                bus,
                                                                directory,
                                                                nodes,
                                                                RandomGenerator.getDefault(),
                                                                metrics)))
                                        .onComplete(promise)));
        Await.result(listening);
        port = front.port();
    }

    SignalFixture() {
        this(SignalSettings.DEFAULTS, request -> request.reply(accepted(false).toMessage()));
    }

    private void onSession(BusRequest request) {
        (request.op().equals(Ops.PROGRESS) ? progress : signals).add(request);
    }

    static JoinReply.Accepted accepted(boolean closeAfterFirst) {
        return new JoinReply.Accepted(
                SID, SELF, 1, Buffer.buffer(HELLO.toByteArray()), closeAfterFirst);
    }

    String token(Grants grants) {
        return mint.mint(System.currentTimeMillis(), grants, "devkey", Duration.ofHours(1))
                .orElseThrow();
    }

    String token() {
        return token(Grants.joining("alice", "kitchen"));
    }

    record Answer(int status, String text, Map<String, String> headers) {}

    Answer get(String uri, Map<String, String> headers) {
        return send(HttpMethod.GET, uri, headers);
    }

    Answer send(HttpMethod method, String uri, Map<String, String> headers) {
        var options =
                new RequestOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setMethod(method)
                        .setURI(uri);
        headers.forEach(options::putHeader);
        return Await.result(
                httpClient
                        .request(options)
                        .compose(request -> request.send().compose(SignalFixture::answer)));
    }

    private static Future<Answer> answer(HttpClientResponse response) {
        Map<String, String> headers = new HashMap<>();
        response.headers()
                .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return response.body()
                .map(body -> new Answer(response.statusCode(), body.toString(), headers));
    }

    /// Validation over the websocket path, without ever upgrading.
    Answer upgrade(String uri, String token) {
        return get(
                uri,
                Map.of(
                        "Connection", "Upgrade",
                        "Upgrade", "websocket",
                        "Sec-WebSocket-Version", "13",
                        "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==",
                        "Authorization", "Bearer " + token));
    }

    Client connect(String uri) {
        var options =
                new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(port)
                        .setURI(uri)
                        .putHeader("Authorization", "Bearer " + token());
        var client = new Client();
        var socket = webSocketClient.webSocket();
        client.follow(socket);
        client.socket = Await.result(socket.connect(options));
        return client;
    }

    /// A websocket client that remembers what it got.
    static final class Client {
        final BlockingQueue<Buffer> binary = new LinkedBlockingQueue<>();
        final BlockingQueue<String> text = new LinkedBlockingQueue<>();
        final BlockingQueue<Integer> closed = new LinkedBlockingQueue<>();
        @Nullable WebSocket socket;

        WebSocket socket() {
            return Objects.requireNonNull(socket);
        }

        void follow(ClientWebSocket opening) {
            opening.binaryMessageHandler(binary::add);
            opening.textMessageHandler(text::add);
            opening.closeHandler(_ -> closed.add(code(opening.closeStatusCode())));
        }

        private static int code(@Nullable Short code) {
            return code == null ? 0 : code;
        }

        SignalResponse next() {
            try {
                return SignalResponse.parseFrom(take(binary).getBytes());
            } catch (InvalidProtocolBufferException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static <T> T take(BlockingQueue<T> queue) {
        try {
            return Objects.requireNonNull(queue.poll(10, TimeUnit.SECONDS), "nothing came");
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static String header(BusRequest request, String name) {
        return request.message().header(name).orElse("");
    }

    static String connection(BusRequest join) {
        return Addresses.connection(header(join, Ops.CONNECTION));
    }

    @Override
    public void close() {
        Await.result(vertx.close());
    }
}

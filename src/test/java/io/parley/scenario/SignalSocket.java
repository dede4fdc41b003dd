package io.parley.scenario;

import io.parley.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;

/// A client's websocket. Messages come on an event loop of the tests' own Vert.x.
public final class SignalSocket {
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Vertx VERTX = Vertx.vertx();
    private static final WebSocketClient CLIENT =
            VERTX.createWebSocketClient(
                    new WebSocketClientOptions()
                            .setMaxConnections(10_000)
                            .setMaxFrameSize(MAX_MESSAGE_BYTES)
                            .setMaxMessageSize(MAX_MESSAGE_BYTES));

    private final ClientWebSocket socket;
    private volatile boolean refused;
    private final CompletableFuture<Short> closed = new CompletableFuture<>();

    /// What the server said instead of upgrading.
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        public final int status;
        public final String body;

        Refused(int status, String body) {
            super(status + " " + body);
            this.status = status;
            this.body = body;
        }
    }

    /// Nobody upgraded: no connection, or no answer in time.
    public static final class Unreachable extends IllegalStateException {
        private static final long serialVersionUID = 1;

        Unreachable(String what, Throwable cause) {
            super(what, cause);
        }
    }

    /// Hears of a socket, before its first message, of its messages, and of its end.
    public interface Intake {
        void onOpen(SignalSocket socket);

        void onSignal(SignalResponse response);

        default void onClosed(int code) {}
    }

    /// Handlers are set before anything can arrive.
    private SignalSocket(ClientWebSocket socket, Intake intake) {
        this.socket = socket;
        socket.binaryMessageHandler(bytes -> intake.onSignal(parse(bytes)));
        socket.closeHandler(_ -> {
            Short code = socket.closeStatusCode();
            closed.complete(code == null ? 1006 : code);
        });
        socket.exceptionHandler(_ -> closed.complete((short) 1006));
        var _ = closed.thenAccept(code -> intake.onClosed(code & 0xffff));
    }

    private static SignalResponse parse(Buffer bytes) {
        try {
            return SignalResponse.parseFrom(bytes.getBytes());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a SignalResponse", e);
        }
    }

    /// Throws [Refused] where the server does not upgrade.
    static SignalSocket open(TestNode node, String path, String token, Intake intake) {
        return open("127.0.0.1", node.port(), path, token, LIMIT, intake);
    }

    /// Throws [Refused] where the server does not upgrade, [Unreachable] where nobody does.
    public static SignalSocket open(
            String host, int port, String path, String token, Duration limit, Intake intake) {
        var options = new WebSocketConnectOptions().setHost(host).setPort(port).setURI(path);
        options.setTimeout(limit.toMillis());
        if (!token.isEmpty()) {
            options.addHeader("Authorization", "Bearer " + token);
        }
        var opened = new SignalSocket(CLIENT.webSocket(), intake);
        intake.onOpen(opened);
        var upgrade = opened.socket.connect(options);
        try {
            upgrade.toCompletionStage()
                    .toCompletableFuture()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return opened;
        } catch (ExecutionException e) {
            opened.refused = true;
            if (e.getCause() instanceof UpgradeRejectedException refused) {
                Buffer body = refused.getBody();
                throw new Refused(refused.getStatus(), body == null ? "" : body.toString().strip());
            }
            throw new Unreachable("no upgrade: " + e.getCause(), e);
        } catch (TimeoutException e) {
            opened.refused = true;
            upgrade.onSuccess(_ -> opened.socket.close());
            throw new Unreachable("no answer to the upgrade", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    public void send(SignalRequest request) {
        sendBytes(request.toByteArray());
    }

    void sendBytes(byte[] bytes) {
        if (!refused) {
            var _ = socket.writeBinaryMessage(Buffer.buffer(bytes));
        }
    }

    void sendText(String text) {
        var _ = socket.writeTextMessage(text);
    }

    /// From now on TCP holds the server back.
    void pauseReading() {
        socket.pause();
    }

    void resumeReading() {
        socket.resume();
    }

    public void close() {
        if (!refused) {
            var _ = socket.close();
        }
    }

    public boolean isClosed() {
        return closed.isDone();
    }

    /// The close code, or 0 while it is open.
    public int closeCode() {
        return closed.getNow((short) 0) & 0xffff;
    }
}

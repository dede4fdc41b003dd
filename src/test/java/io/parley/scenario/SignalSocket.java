package io.parley.scenario;

import io.parley.TestNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientWebSocket;
import io.vertx.core.http.UpgradeRejectedException;
import io.vertx.core.http.WebSocketClient;
import io.vertx.core.http.WebSocketClientOptions;
import io.vertx.core.http.WebSocketConnectOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;

/// A client's websocket. Messages come on an event loop of the tests' own Vert.x.
final class SignalSocket {
    private static final int MAX_MESSAGE_BYTES = 16 << 20;
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
    static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        final int status;
        final String body;

        Refused(int status, String body) {
            super(status + " " + body);
            this.status = status;
            this.body = body;
        }
    }

    /// Hears of a socket, before its first message, and of its messages.
    interface Intake {
        void onOpen(SignalSocket socket);

        void onSignal(SignalResponse response);
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
        var options =
                new WebSocketConnectOptions()
                        .setHost("127.0.0.1")
                        .setPort(node.port())
                        .setURI(path);
        if (!token.isEmpty()) {
            options.addHeader("Authorization", "Bearer " + token);
        }
        var opened = new SignalSocket(CLIENT.webSocket(), intake);
        intake.onOpen(opened);
        try {
            opened.socket
                    .connect(options)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
            return opened;
        } catch (ExecutionException e) {
            opened.refused = true;
            if (e.getCause() instanceof UpgradeRejectedException refused) {
                Buffer body = refused.getBody();
                throw new Refused(refused.getStatus(), body == null ? "" : body.toString().strip());
            }
            throw new IllegalStateException(e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException("no answer to the upgrade", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    void send(SignalRequest request) {
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

    void close() {
        if (!refused) {
            var _ = socket.close();
        }
    }

    boolean isClosed() {
        return closed.isDone();
    }

    /// The close code, or 0 while it is open.
    int closeCode() {
        return closed.getNow((short) 0);
    }
}

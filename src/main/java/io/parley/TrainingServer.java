package io.parley;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.parley.auth.ApiKeys;
import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import io.vertx.core.http.WebSocketClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// A node as the browsers and the backend of a training run see it: pages, the room API, a door for
/// clients.
final class TrainingServer {
    private static final String API = "/twirp/livekit.RoomService/";
    private static final int OK = 200;
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final Visitors visitors;
    private final ApiKeys keys;
    private final int port;
    private final URI address;

    /// Those who talk to any number of servers.
    record Visitors(HttpClient http, WebSocketClient sockets) {}

    TrainingServer(Visitors visitors, ApiKeys keys, int port) {
        this.visitors = visitors;
        this.keys = keys;
        this.port = port;
        this.address = URI.create("http://127.0.0.1:" + port);
    }

    int port() {
        return port;
    }

    /// Whatever it answers.
    void ask(String path) throws IOException, InterruptedException {
        visitors.http()
                .send(
                        HttpRequest.newBuilder(address.resolve(path)).timeout(LIMIT).build(),
                        HttpResponse.BodyHandlers.discarding());
    }

    TrainingClient connect(String room, String identity, TrainingClient.Kind kind)
            throws IOException, InterruptedException {
        String claims =
                """
                {"identity":"%s","name":"Client %s","metadata":"{}","video":{"roomJoin":true,\
                "room":"%s","canPublish":true,"canSubscribe":true,"canPublishData":true,\
                "canUpdateOwnMetadata":true}}\
                """
                        .formatted(identity, identity, room);
        return new TrainingClient(visitors.sockets(), port, token(claims), kind);
    }

    private String token(String claims) {
        return new TokenMint(keys)
                .mint(
                        System.currentTimeMillis(),
                        Grants.fromJson(claims),
                        keys.first().orElseThrow(),
                        TOKEN_LIFE)
                .orElseThrow();
    }

    void call(String method, Message.Builder request, String room, boolean asProtobuf)
            throws IOException, InterruptedException {
        int status = post(method, request, room, asProtobuf);
        if (status != OK) {
            throw new IOException(method + " answered " + status);
        }
    }

    /// Whether the call was carried out.
    boolean takes(String method, Message.Builder request, String room, boolean asProtobuf)
            throws IOException, InterruptedException {
        return post(method, request, room, asProtobuf) == OK;
    }

    /// As the SDKs do it, some in Protobuf and some in JSON.
    private int post(String method, Message.Builder request, String room, boolean asProtobuf)
            throws IOException, InterruptedException {
        String token =
                token(
                        """
                        {"video":{"roomCreate":true,"roomList":true,"roomAdmin":true,"room":"%s"}}\
                        """
                                .formatted(room));
        var post =
                HttpRequest.newBuilder(address.resolve(API + method))
                        .timeout(LIMIT)
                        .header("Authorization", "Bearer " + token)
                        .header(
                                "Content-Type",
                                asProtobuf ? "application/protobuf" : "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body(request, asProtobuf)));
        return visitors.http()
                .send(post.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    private static byte[] body(Message.Builder request, boolean asProtobuf)
            throws InvalidProtocolBufferException {
        return asProtobuf
                ? request.build().toByteArray()
                : JsonFormat.printer().print(request).getBytes(StandardCharsets.UTF_8);
    }
}

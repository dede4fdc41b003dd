package io.parley;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.parley.auth.ApiKeys;
import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import io.parley.media.MediaPlane;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.DeleteRoomRequest;
import livekit.LivekitRoom.ListParticipantsRequest;
import livekit.LivekitRoom.ListRoomsRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What `--train` plays on a fresh node before it ends, so that the AOT cache of the build holds
/// the classes and the method profiles of a busy server: pages, media, joins, the room API. A part
/// that does not work costs the cache some of its worth and nothing else.
final class Training {
    private static final Logger log = LoggerFactory.getLogger(Training.class);
    private static final int ROOM_SIZE = 5;
    private static final String API = "/twirp/livekit.RoomService/";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration TOKEN_LIFE = Duration.ofHours(1);

    private final Extent extent;
    private final MediaPlane media;
    private final ApiKeys keys;
    private final URI server;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocketClient sockets;

    /// How much is played: rooms of five, rounds of connections, and how long media flows.
    record Extent(int rooms, int rounds, Duration show) {
        /// More rounds make more of the handshake's code known as hot: a fresh server then compiles
        /// that at once too, just when it has its first joins to serve.
        static final Extent FULL = new Extent(40, 2, Duration.ofSeconds(3));
    }

    Training(Extent extent, Vertx vertx, MediaPlane media, ApiKeys keys, int port) {
        this.extent = extent;
        this.media = media;
        this.keys = keys;
        this.server = URI.create("http://127.0.0.1:" + port);
        this.sockets = vertx.createWebSocketClient();
    }

    private interface Part {
        void play() throws IOException, InterruptedException;
    }

    /// Whether every part worked.
    boolean run() {
        try {
            boolean pages = works("pages", this::askPages);
            boolean show = works("media", () -> media.rehearse(extent.rounds(), extent.show()));
            return works("rooms", this::playRooms) && show && pages;
        } finally {
            http.shutdownNow();
            sockets.close();
        }
    }

    private static boolean works(String name, Part part) {
        long startNs = System.nanoTime();
        try {
            part.play();
            log.info("trained part={} ms={}", name, (System.nanoTime() - startNs) / 1_000_000);
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.warn("training did not work part={}", name, e);
        }
        return false;
    }

    private void askPages() throws IOException, InterruptedException {
        for (String path : List.of("/", "/try", "/rtc/validate")) {
            http.send(
                    HttpRequest.newBuilder(server.resolve(path)).timeout(LIMIT).build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    private void playRooms() throws IOException, InterruptedException {
        for (int i = 0; i < extent.rooms(); i++) {
            playRoom("training-" + i, i % 2 == 0);
        }
    }

    /// Some leave, the last ones are still there when the room is deleted.
    private void playRoom(String room, boolean asProtobuf)
            throws IOException, InterruptedException {
        call("CreateRoom", CreateRoomRequest.newBuilder().setName(room), room, asProtobuf);
        List<TrainingClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < ROOM_SIZE; i++) {
                var client =
                        new TrainingClient(
                                sockets, server.getPort(), token(room, "c" + i), i % 2 == 0);
                clients.add(client);
                client.enter();
                client.look();
                for (TrainingClient each : clients) {
                    each.hear();
                }
            }
            call(
                    "UpdateRoomMetadata",
                    UpdateRoomMetadataRequest.newBuilder().setRoom(room).setMetadata("m"),
                    room,
                    asProtobuf);
            call("ListRooms", ListRoomsRequest.newBuilder(), room, asProtobuf);
            call(
                    "ListParticipants",
                    ListParticipantsRequest.newBuilder().setRoom(room),
                    room,
                    asProtobuf);
            for (int i = 0; i < ROOM_SIZE / 2; i++) {
                clients.removeFirst().leave();
            }
            call("DeleteRoom", DeleteRoomRequest.newBuilder().setRoom(room), room, asProtobuf);
            for (TrainingClient client : clients) {
                client.awaitClosed();
            }
        } finally {
            clients.forEach(TrainingClient::close);
        }
    }

    private String token(String room, String identity) {
        return token(
                """
                {"identity":"%s","name":"Client %s","metadata":"{}","video":{"roomJoin":true,\
                "room":"%s","canPublish":true,"canSubscribe":true,"canPublishData":true,\
                "canUpdateOwnMetadata":true}}\
                """
                        .formatted(identity, identity, room));
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

    /// As the SDKs do it, some in Protobuf and some in JSON.
    private void call(String method, Message.Builder request, String room, boolean asProtobuf)
            throws IOException, InterruptedException {
        String token =
                token(
                        """
                        {"video":{"roomCreate":true,"roomList":true,"roomAdmin":true,"room":"%s"}}\
                        """
                                .formatted(room));
        var post =
                HttpRequest.newBuilder(server.resolve(API + method))
                        .timeout(LIMIT)
                        .header("Authorization", "Bearer " + token)
                        .header(
                                "Content-Type",
                                asProtobuf ? "application/protobuf" : "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body(request, asProtobuf)));
        int status = http.send(post.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new IOException(method + " answered " + status);
        }
    }

    private static byte[] body(Message.Builder request, boolean asProtobuf)
            throws InvalidProtocolBufferException {
        return asProtobuf
                ? request.build().toByteArray()
                : JsonFormat.printer().print(request).getBytes(StandardCharsets.UTF_8);
    }
}

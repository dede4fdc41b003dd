package io.parley;

import io.parley.auth.ApiKeys;
import io.parley.media.MediaPlane;
import io.vertx.core.Vertx;
import io.vertx.core.http.WebSocketClientOptions;
import java.io.IOException;
import java.net.http.HttpClient;
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
/// the classes and the method profiles of a busy server: pages, media, joins, the room API, and
/// with `--cluster` also clusters whose nodes are lost. A cache has its price in memory, so a node
/// without a cluster has one of its own. A part that does not work costs the cache some of its
/// worth and nothing else.
final class Training {
    private static final Logger log = LoggerFactory.getLogger(Training.class);
    private static final int ROOM_SIZE = 5;
    private static final int SOCKETS_PER_SERVER = 500;

    private final Extent extent;
    private final Launch launch;
    private final MediaPlane media;
    private final TrainingServer.Visitors visitors;
    private final TrainingServer server;

    /// How much is played: rooms of five, rounds of connections, and how long media flows.
    ///
    /// @param clusters how many clusters come and go, one after the other
    /// @param clusterRooms how many rooms of four lose their owner in each of them
    record Extent(int rooms, int rounds, Duration show, int clusters, int clusterRooms) {
        /// More rounds make more of the handshake's code known as hot: a fresh server then compiles
        /// that at once too, just when it has its first joins to serve.
        static final Extent FULL = new Extent(40, 2, Duration.ofSeconds(3), 2, 20);
    }

    Training(Extent extent, Vertx vertx, MediaPlane media, Launch launch) {
        this.extent = extent;
        this.launch = launch;
        this.media = media;
        this.visitors =
                new TrainingServer.Visitors(
                        HttpClient.newHttpClient(),
                        vertx.createWebSocketClient(
                                new WebSocketClientOptions()
                                        .setMaxConnections(SOCKETS_PER_SERVER)));
        this.server =
                new TrainingServer(
                        visitors, new ApiKeys(launch.keys()), launch.config().integer("port"));
    }

    private interface Part {
        void play() throws IOException, InterruptedException;
    }

    /// Whether every part worked.
    boolean run() {
        try {
            boolean all = works("pages", this::askPages);
            all &= works("media", () -> media.rehearse(extent.rounds(), extent.show()));
            all &= works("rooms", this::playRooms);
            if (launch.config().flag("cluster.enabled")) {
                for (int i = 0; i < extent.clusters(); i++) {
                    all &= works("cluster", this::playCluster);
                }
            }
            return all;
        } finally {
            visitors.http().shutdownNow();
            visitors.sockets().close();
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
            server.ask(path);
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
        server.call("CreateRoom", CreateRoomRequest.newBuilder().setName(room), room, asProtobuf);
        List<TrainingClient> clients = new ArrayList<>();
        try {
            for (int i = 0; i < ROOM_SIZE; i++) {
                var kind = i % 2 == 0 ? TrainingClient.Kind.SINGLE : TrainingClient.Kind.DUAL;
                TrainingClient client = server.connect(room, "c" + i, kind);
                clients.add(client);
                client.enter();
                client.look();
                for (TrainingClient each : clients) {
                    each.hear();
                }
            }
            server.call(
                    "UpdateRoomMetadata",
                    UpdateRoomMetadataRequest.newBuilder().setRoom(room).setMetadata("m"),
                    room,
                    asProtobuf);
            server.call("ListRooms", ListRoomsRequest.newBuilder(), room, asProtobuf);
            server.call(
                    "ListParticipants",
                    ListParticipantsRequest.newBuilder().setRoom(room),
                    room,
                    asProtobuf);
            for (int i = 0; i < ROOM_SIZE / 2; i++) {
                clients.removeFirst().leave();
            }
            server.call(
                    "DeleteRoom", DeleteRoomRequest.newBuilder().setRoom(room), room, asProtobuf);
            for (TrainingClient client : clients) {
                client.awaitClosed();
            }
        } finally {
            clients.forEach(TrainingClient::close);
        }
    }

    private void playCluster() throws IOException, InterruptedException {
        try (var cluster = new TrainingCluster(visitors, launch)) {
            cluster.play(extent.clusterRooms());
        }
    }
}

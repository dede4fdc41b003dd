package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import io.parley.store.RedisServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

/// A node is taken out of service.
class DrainTest {
    private static final int EMPTY = 0;
    private static final int LATE = 2;

    private final HttpClient http = HttpClient.newHttpClient();

    private static TestNode[] cluster(String... flags) {
        int first = TestNode.freeTcpPort();
        int second = TestNode.freeTcpPort();
        String members = "127.0.0.1:%d,127.0.0.1:%d".formatted(first, second);
        return new TestNode[] {member(first, members, flags), member(second, members, flags)};
    }

    private static TestNode member(int port, String members, String... flags) {
        String[] all = new String[flags.length + 7];
        all[0] = "--cluster";
        all[1] = "--cluster-name";
        all[2] = "drain-" + members.hashCode();
        all[3] = "--cluster-port";
        all[4] = String.valueOf(port);
        all[5] = "--cluster-members";
        all[6] = members;
        System.arraycopy(flags, 0, all, 7, flags.length);
        return TestNode.start(all);
    }

    private HttpResponse<String> get(TestNode node, String path) {
        return send(node, HttpRequest.newBuilder().GET(), path);
    }

    private HttpResponse<String> post(TestNode node, String path) {
        var post = HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.noBody());
        return send(node, post, path);
    }

    private HttpResponse<String> send(TestNode node, HttpRequest.Builder request, String path) {
        try {
            return http.send(
                    request.uri(URI.create("http://127.0.0.1:" + node.port() + path)).build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static void create(TestNode asked, String room, TestNode owner) {
        var request = CreateRoomRequest.newBuilder().setName(room).setNodeId(owner.id()).build();
        new RoomApi(asked).call("CreateRoom", room, request, Room.parser());
    }

    private static String ownerOf(TestClient client) {
        return client.joinResponse().getServerInfo().getNodeId();
    }

    private static void assertIsSentOn(TestClient client, TestNode to) {
        assertThat(client.awaitLeave().getAction()).isEqualTo(LeaveRequest.Action.RESUME);
        assertThat(client.resume(to).getMessageCase()).isEqualTo(MessageCase.RECONNECT);
    }

    @Test
    void roomsAndClientsGoToTheOtherNode() {
        moveRoomsAndClients("--development");
    }

    @Test
    void theyGoThereByWayOfRedis() {
        try (var redis = RedisServer.start()) {
            moveRoomsAndClients("--development", "--redis-host", redis.address());
            assertThat(redis.call("HKEYS", "nodes")).isEmpty();
        }
    }

    private void moveRoomsAndClients(String... flags) {
        TestNode[] nodes = cluster(flags);
        try (TestNode leaving = nodes[0];
                TestNode staying = nodes[1]) {
            create(staying, "here", leaving);
            create(staying, "there", staying);
            try (TestClient anna = TestClient.join(leaving, JoinOptions.of("here", "anna"));
                    TestClient ben = TestClient.join(leaving, JoinOptions.of("there", "ben"))) {
                assertThat(ownerOf(anna)).isEqualTo(leaving.id());
                assertThat(ownerOf(ben)).isEqualTo(staying.id());

                var answer = post(staying, "/debug/drain?node=" + leaving.id());
                assertThat(answer.body()).contains(leaving.id(), "\"connections\" : 2");
                assertThat(get(leaving, "/").statusCode()).isEqualTo(503);
                assertThat(get(leaving, "/live").statusCode()).isEqualTo(200);
                assertThat(get(staying, "/").statusCode()).isEqualTo(200);
                assertThat(get(staying, "/debug/cluster").body()).contains("SHUTTING_DOWN");
                try (var late = TestClient.join(leaving, JoinOptions.of("late", "late"))) {
                    assertThat(ownerOf(late)).isEqualTo(staying.id());
                }

                assertIsSentOn(anna, staying);
                assertIsSentOn(ben, staying);
                try (var carla = TestClient.join(staying, JoinOptions.of("here", "carla"))) {
                    assertThat(ownerOf(carla)).isEqualTo(staying.id());
                    carla.awaitParticipant("anna", info -> info.getSid().equals(anna.sid()));
                }
            }
            assertThat(leaving.awaitEnd()).isEqualTo(EMPTY);
            Waiting.until("one node is left", () -> staying.clusterSize() == 1);
        }
    }

    @Test
    void aloneEverybodyIsAskedToComeBack() {
        try (TestNode node = TestNode.start();
                TestClient anna = TestClient.join(node, JoinOptions.of("kitchen", "anna"))) {
            node.drain();
            LeaveRequest leave = anna.awaitLeave();
            assertThat(leave.getReason()).isEqualTo(DisconnectReason.SERVER_SHUTDOWN);
            assertThat(leave.getAction()).isEqualTo(LeaveRequest.Action.RECONNECT);
            assertThat(node.awaitEnd()).isEqualTo(EMPTY);
        }
    }

    @Test
    void atTheDeadlineItEndsWithWhoIsThere() {
        try (TestNode node = TestNode.start("--cluster.drain_timeout", "0s");
                TestClient anna = TestClient.join(node, JoinOptions.of("kitchen", "anna"))) {
            node.drain();
            assertThat(anna.awaitLeave().getAction()).isEqualTo(LeaveRequest.Action.RECONNECT);
            assertThat(node.awaitEnd()).isEqualTo(LATE);
        }
    }
}

package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.TestNode;
import io.parley.config.ConfigException;
import io.parley.store.RedisServer;
import java.util.List;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRoom.UpdateRoomMetadataRequest;
import org.junit.jupiter.api.Test;

/// A node alone that keeps its rooms in Redis.
class RedisNodeTest {
    private final String room = Deployment.newRoom();

    private static TestNode start(RedisServer redis) {
        return TestNode.start("--redis-host", redis.address());
    }

    private Room create(TestNode node) {
        return new RoomApi(node)
                .call(
                        "CreateRoom",
                        room,
                        CreateRoomRequest.newBuilder().setName(room).setMetadata("first").build(),
                        Room.parser());
    }

    private Room update(TestNode node, String metadata) {
        return new RoomApi(node)
                .call(
                        "UpdateRoomMetadata",
                        room,
                        UpdateRoomMetadataRequest.newBuilder()
                                .setRoom(room)
                                .setMetadata(metadata)
                                .build(),
                        Room.parser());
    }

    @Test
    void itsRoomsOutliveIt() {
        try (var redis = RedisServer.start()) {
            String sid;
            try (var node = start(redis)) {
                sid = create(node).getSid();
                update(node, "second");
            }
            assertThat(redis.call("HKEYS", "rooms")).isEqualTo(room);

            try (var node = start(redis)) {
                assertThat(create(node))
                        .satisfies(
                                known -> assertThat(known.getSid()).isEqualTo(sid),
                                known -> assertThat(known.getMetadata()).isEqualTo("second"));
            }
        }
    }

    @Test
    void aCallGoesOnWhileRedisIsAwayAndIsThereWhenItIsBack() {
        try (var redis = RedisServer.start();
                var node = start(redis);
                var anna = TestClient.join(node, JoinOptions.of(room, "anna"))) {
            String participants = "room_participants:" + room;
            Waiting.until("anna is stored", () -> redis.call("HKEYS", participants).equals("anna"));

            redis.kill();
            try (var ben = TestClient.join(node, JoinOptions.of(room, "ben"))) {
                anna.awaitParticipant("ben", each -> each.getSid().equals(ben.sid()));
                assertThatThrownBy(() -> update(node, "lost"))
                        .isInstanceOfSatisfying(
                                RoomApi.Failed.class, e -> assertThat(e.status).isEqualTo(503));

                redis.startAgain();
                Waiting.until(
                        "both are stored",
                        () ->
                                redis.call("HKEYS", participants)
                                        .lines()
                                        .sorted()
                                        .toList()
                                        .equals(List.of("anna", "ben")));
                update(node, "kept");
            }
        }
    }

    @Test
    void saysAtTheStartThatRedisIsNotThere() {
        String nowhere = "127.0.0.1:" + TestNode.freeTcpPort();
        assertThatThrownBy(
                        () -> TestNode.start("--redis-host", nowhere, "--redis-password", "hush"))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("unable to connect to redis at " + nowhere)
                .hasMessageNotContaining("hush");
    }
}

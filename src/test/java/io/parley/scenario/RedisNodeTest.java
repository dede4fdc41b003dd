package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import io.parley.TestNode;
import io.parley.config.ConfigException;
import io.parley.store.RedisServer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import livekit.LivekitInternal;
import livekit.LivekitInternal.NodeState;
import livekit.LivekitInternal.NodeStats;
import livekit.LivekitInternal.NodeType;
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
    void liveKitsToolsSeeItAsLongAsItIsThere() {
        try (var redis = RedisServer.start()) {
            var crashed =
                    LivekitInternal.Node.newBuilder()
                            .setId("ND_crashed")
                            .setStats(NodeStats.newBuilder().setUpdatedAt(1))
                            .build();
            var record = new String(crashed.toByteArray(), StandardCharsets.US_ASCII);
            redis.call("HSET", "nodes", "ND_crashed", record);

            try (var node = start(redis);
                    var anna = TestClient.join(node, JoinOptions.of(room, "anna"))) {
                Waiting.until("only it is listed", () -> listed(redis).equals(node.id()));
                Waiting.until(
                        "anna counts", () -> shown(redis, node).getStats().getNumClients() == 1);
                assertThat(shown(redis, node))
                        .satisfies(
                                it -> assertThat(it.getId()).isEqualTo(node.id()),
                                it -> assertThat(it.getIp()).isEqualTo("127.0.0.1"),
                                it -> assertThat(it.getType()).isEqualTo(NodeType.SERVER),
                                it -> assertThat(it.getState()).isEqualTo(NodeState.SERVING),
                                it -> assertThat(it.getNumCpus()).isPositive());
                long updatedAt = shown(redis, node).getStats().getUpdatedAt();
                assertThat(Math.abs(System.currentTimeMillis() / 1000 - updatedAt)).isLessThan(5);

                redis.kill();
                redis.startAgain();
                Waiting.until("it is listed again", () -> listed(redis).equals(node.id()));
                anna.leave();
            }
            assertThat(listed(redis)).isEmpty();
        }
    }

    private static String listed(RedisServer redis) {
        return redis.call("HKEYS", "nodes");
    }

    private static LivekitInternal.Node shown(RedisServer redis, TestNode node) {
        byte[] line = redis.bytes("HGET", "nodes", node.id());
        try {
            return LivekitInternal.Node.parseFrom(Arrays.copyOf(line, line.length - 1));
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
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

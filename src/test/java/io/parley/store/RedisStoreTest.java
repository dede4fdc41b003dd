package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.Await;
import io.parley.store.RedisSettings.Servers;
import io.vertx.redis.client.Command;
import livekit.LivekitInternal.Node;
import livekit.LivekitInternal.NodeStats;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// On a single server: the contract, and what LiveKit's tools see.
class RedisStoreTest extends ObjectStoreContract {
    private static RedisServer server;
    private static RedisFixture fixture;
    private static RedisStore first;
    private static RedisStore second;

    @BeforeAll
    static void start() {
        server = RedisServer.start();
        fixture = new RedisFixture();
        var settings = RedisFixture.settings(new Servers.Single(server.address()));
        first = fixture.connect(settings, "ND_first");
        second = fixture.connect(settings, "ND_second");
    }

    @AfterAll
    static void stop() {
        fixture.close();
        server.close();
    }

    @Override
    ObjectStore store() {
        return first;
    }

    @Override
    ObjectStore next() {
        return second;
    }

    private static byte[] field(String key, String field) {
        return fixture.ask(server.address(), Command.HGET, key, field).toBytes();
    }

    private static boolean has(String key, String field) {
        return server.call("HEXISTS", key, field).equals("1");
    }

    @Test
    void writesWhatLiveKitWritesAndNothingElse() throws Exception {
        var record = record(room, "m");
        var alice = participant("alice", "PA_1");
        Await.result(first.open(room, 1));
        Await.result(first.write(room, 1, storing(record, alice, participant("bob", "PA_2"))));
        Await.result(first.write(room, 1, leaving("bob", "PA_2")));

        assertThat(field("rooms", room)).isEqualTo(record.room().toByteArray());
        assertThat(Room.parseFrom(field("rooms", room)).getMetadata()).isEqualTo("m");
        assertThat(field("room_internal", room)).isEqualTo(record.internal().toByteArray());
        assertThat(RoomInternal.parseFrom(field("room_internal", room)).getSyncStreams()).isTrue();
        String participants = "room_participants:" + room;
        assertThat(field(participants, "alice")).isEqualTo(alice.info().toByteArray());
        assertThat(ParticipantInfo.parseFrom(field(participants, "alice"))).isEqualTo(alice.info());
        assertThat(has(participants, "bob")).isFalse();
        assertThat(server.call("HGET", "room_node_map", room)).isEqualTo("ND_first");
        assertThat(server.call("KEYS", "*" + room).lines())
                .containsExactlyInAnyOrder(participants, "parley:room:" + room);
    }

    @Test
    void theNextOwnerTakesOverWhatLiveKitsToolsSee() {
        Await.result(first.open(room, 1));
        Await.result(first.write(room, 1, storing(record(room, ""), participant("bob", "PA_1"))));

        Await.result(second.open(room, 2));
        assertStale(first.write(room, 1, storing(participant("zoe", "PA_2"))), 2);

        assertThat(server.call("HGET", "room_node_map", room)).isEqualTo("ND_second");
        assertThat(has("room_participants:" + room, "bob")).isTrue();
        assertThat(has("room_participants:" + room, "zoe")).isFalse();
    }

    @Test
    void leavesNothingOfADeletedRoomButItsEpochForAWhile() {
        Await.result(first.open(room, 41));
        Await.result(first.write(room, 41, storing(record(room, ""), participant("bob", "PA_1"))));

        Await.result(first.delete(room, 41));

        assertThat(has("rooms", room)).isFalse();
        assertThat(has("room_internal", room)).isFalse();
        assertThat(has("room_node_map", room)).isFalse();
        assertThat(server.call("KEYS", "*" + room)).isEqualTo("parley:room:" + room);
        assertThat(server.call("HGETALL", "parley:room:" + room).lines())
                .containsExactly("epoch", "42");
        assertThat(Integer.parseInt(server.call("TTL", "parley:room:" + room))).isBetween(500, 600);
        Await.result(second.open(room, 42));
        assertThat(server.call("TTL", "parley:room:" + room)).isEqualTo("-1");
    }

    @Test
    void ofTwoNodesThatCameToTheSameEpochTheFirstHasIt() {
        Await.result(first.open(room, 3));

        assertStale(second.open(room, 3), 3);
        assertStale(second.write(room, 3, storing(participant("bob", "PA_1"))), 3);
        Await.result(first.write(room, 3, storing(participant("bob", "PA_2"))));
    }

    /// As LiveKit's older versions leave them.
    @Test
    void listsRoomsWithoutAnInternalRecord() {
        Await.result(first.write(room, 1, storing(record(room, ""))));
        server.call("HDEL", "room_internal", room);

        assertThat(Await.result(second.rooms()))
                .filteredOn(each -> each.room().getName().equals(room))
                .extracting(each -> each.internal())
                .containsExactly(RoomInternal.getDefaultInstance());
    }

    @Test
    void showsNodes() throws Exception {
        var node = Node.newBuilder().setId("ND_shown").setIp("10.0.0.1").build();
        Await.result(first.report(node));
        assertThat(Node.parseFrom(field("nodes", "ND_shown"))).isEqualTo(node);

        Await.result(first.forgetNode("ND_shown"));
        assertThat(has("nodes", "ND_shown")).isFalse();
    }

    @Test
    void takesOnlyNodesAwayThatAreKnownToBeSilent() {
        server.call("HSET", "nodes", "ND_unreadable", "?");
        Await.result(first.report(Node.newBuilder().setId("ND_mute").build()));
        Await.result(first.report(reported("ND_late", 99)));
        Await.result(first.report(reported("ND_punctual", 100)));

        Await.result(second.forgetNodesSilentSince(100));

        assertThat(server.call("HKEYS", "nodes").lines())
                .containsExactlyInAnyOrder("ND_unreadable", "ND_mute", "ND_punctual");
        Await.result(second.forgetNodesSilentSince(100));
        server.call("DEL", "nodes");
    }

    private static Node reported(String id, long epochS) {
        return Node.newBuilder()
                .setId(id)
                .setStats(NodeStats.newBuilder().setUpdatedAt(epochS))
                .build();
    }
}

package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.Await;
import io.parley.scenario.Waiting;
import io.parley.store.RedisSettings.Servers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The contract on a Redis cluster, where keys of several slots cannot change together.
class RedisClusterStoreTest extends ObjectStoreContract {
    private static RedisServer server;
    private static RedisFixture fixture;
    private static RedisStore first;
    private static RedisStore second;

    @BeforeAll
    static void start() {
        server = RedisServer.start("--cluster-enabled", "yes");
        server.call("CLUSTER", "ADDSLOTSRANGE", "0", "16383");
        Waiting.until(
                "the cluster is up",
                () -> server.call("CLUSTER", "INFO").contains("cluster_state:ok"));
        fixture = new RedisFixture();
        var settings = RedisFixture.settings(new Servers.Nodes(List.of(server.address())));
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

    @Test
    void keepsLiveKitsKeysToo() {
        Await.result(first.open(room, 1));
        Await.result(
                first.write(
                        room,
                        1,
                        storing(
                                record(room, ""),
                                participant("alice", "PA_1"),
                                participant("bob", "PA_2"))));
        Await.result(first.write(room, 1, leaving("bob", "PA_2")));

        assertThat(server.call("HEXISTS", "rooms", room)).isEqualTo("1");
        assertThat(server.call("HEXISTS", "room_internal", room)).isEqualTo("1");
        assertThat(server.call("HGET", "room_node_map", room)).isEqualTo("ND_first");
        assertThat(server.call("HKEYS", "room_participants:" + room)).isEqualTo("alice");

        Await.result(first.delete(room, 1));

        assertThat(server.call("HEXISTS", "rooms", room)).isEqualTo("0");
        assertThat(server.call("HEXISTS", "room_internal", room)).isEqualTo("0");
        assertThat(server.call("HEXISTS", "room_node_map", room)).isEqualTo("0");
        assertThat(server.call("EXISTS", "room_participants:" + room)).isEqualTo("0");
    }
}

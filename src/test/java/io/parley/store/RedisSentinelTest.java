package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import io.parley.cluster.Await;
import io.parley.scenario.Waiting;
import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.parley.store.RedisSettings.Tls;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A master with a replica, watched by a sentinel with a password of its own.
class RedisSentinelTest {
    private static final String ROOM = "watched";

    private static RedisSettings settings(List<String> sentinels, String master) {
        return new RedisSettings(
                new Servers.Sentinels(sentinels, master, new Login("", "watch")),
                new Login("", "data"),
                0,
                Tls.OFF,
                RedisFixture.LIMIT,
                RedisFixture.LIMIT);
    }

    @Test
    void followsTheMasterAndKeepsWhatRoomsHaveWritten() {
        String[] passwords = {"--requirepass", "data", "--masterauth", "data"};
        try (var master = RedisServer.start(passwords);
                var replica = RedisServer.start(replicaOf(master, passwords))) {
            Waiting.until(
                    "the replica has all",
                    () ->
                            replica.call("--pass", "data", "INFO", "replication")
                                    .contains("master_link_status:up"));
            try (var sentinel =
                            RedisServer.sentinelOf(
                                    master,
                                    "sentinel auth-pass mymaster data",
                                    "requirepass watch");
                    var fixture = new RedisFixture()) {
                Waiting.until(
                        "the sentinel knows the replica",
                        () ->
                                sentinel.call("--pass", "watch", "SENTINEL", "REPLICAS", "mymaster")
                                        .contains(String.valueOf(replica.port())));
                failOver(master, replica, sentinel, fixture);
            }
        }
    }

    private static String[] replicaOf(RedisServer master, String... options) {
        var all = new ArrayList<>(List.of(options));
        all.addAll(List.of("--replicaof", "127.0.0.1 " + master.port()));
        return all.toArray(String[]::new);
    }

    private static void failOver(
            RedisServer master, RedisServer replica, RedisServer sentinel, RedisFixture fixture) {
        String nowhere = "127.0.0.1:" + TestNode.freeTcpPort();
        var store =
                fixture.connect(settings(List.of(nowhere, sentinel.address()), "mymaster"), "ND_a");
        Await.result(store.open(ROOM, 5));
        Await.result(
                store.write(
                        ROOM,
                        5,
                        ObjectStoreContract.storing(
                                ObjectStoreContract.record(ROOM, ""),
                                ObjectStoreContract.participant("alice", "PA_1"))));

        master.kill();

        var bob = ObjectStoreContract.storing(ObjectStoreContract.participant("bob", "PA_2"));
        Waiting.until(
                "the new master has it",
                () -> {
                    var write = store.write(ROOM, 5, bob);
                    return Await.result(
                            write.transform(each -> Future.succeededFuture(each.succeeded())));
                });
        assertThat(replica.call("--pass", "data", "HKEYS", "room_participants:" + ROOM).lines())
                .containsExactlyInAnyOrder("alice", "bob");
        assertThat(fixture.loggedWith("Redis is away")).isEqualTo(1);
        assertThat(fixture.loggedWith("Redis is back")).isEqualTo(1);

        var unknown = settings(List.of(sentinel.address()), "other");
        assertThat(Await.failure(RedisStore.connect(fixture.vertx, unknown, "ND_b")))
                .hasMessageContaining("it knows no master other");
    }
}

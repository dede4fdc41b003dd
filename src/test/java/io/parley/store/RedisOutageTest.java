package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import io.parley.cluster.Await;
import io.parley.scenario.Waiting;
import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.vertx.core.Future;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Redis goes away, in every way it has, and comes back.
class RedisOutageTest {
    private final String room = "room " + UUID.randomUUID();
    private final RedisFixture fixture = new RedisFixture();
    private final RedisServer server = RedisServer.start();

    @AfterEach
    void close() {
        fixture.close();
        server.close();
    }

    private RedisStore connect(String node) {
        return fixture.connect(RedisFixture.settings(new Servers.Single(server.address())), node);
    }

    /// As a room does: the newest again and again.
    private static void writeUntilDone(
            RedisStore store, String room, ObjectStore.RoomChanges newest) {
        Waiting.until(
                "the write is done",
                () -> {
                    var write = store.write(room, 1, newest);
                    return Await.result(
                            write.transform(each -> Future.succeededFuture(each.succeeded())));
                });
    }

    private String participants(String field) {
        return server.call("HEXISTS", "room_participants:" + room, field);
    }

    @Test
    void writesAllAnewWhenRedisHasForgottenItAll() {
        var store = connect("ND_a");
        Await.result(store.open(room, 1));
        Await.result(
                store.write(
                        room,
                        1,
                        ObjectStoreContract.storing(
                                ObjectStoreContract.record(room, "m"),
                                ObjectStoreContract.participant("alice", "PA_1"))));
        Await.result(store.open("ended", 1));

        server.kill();
        Waiting.until("it is noticed", () -> fixture.loggedWith("Redis is away") == 1);
        var bob = ObjectStoreContract.storing(ObjectStoreContract.participant("bob", "PA_2"));
        assertThat(Await.failure(store.write(room, 1, bob))).isInstanceOf(RedisAwayException.class);
        assertThat(Await.failure(store.delete("ended", 1))).isInstanceOf(RedisAwayException.class);
        assertThat(Await.failure(store.open("ended", 2))).isInstanceOf(RedisAwayException.class);
        assertThat(Await.failure(store.rooms())).isInstanceOf(RedisAwayException.class);
        server.startAgain();
        Waiting.until("alice is back", () -> participants("alice").equals("1"));

        writeUntilDone(store, room, bob);
        assertThat(server.call("HKEYS", "room_participants:" + room).lines())
                .containsExactlyInAnyOrder("alice", "bob");
        assertThat(server.call("HGET", "parley:room:" + room, "epoch")).isEqualTo("1");
        assertThat(server.call("HGET", "parley:room:ended", "epoch")).isEqualTo("2");
        var next = Await.result(connect("ND_b").open(room, 2));
        assertThat(next.record()).contains(ObjectStoreContract.record(room, "m"));
        assertThat(ObjectStoreContract.sids(next)).containsExactlyInAnyOrder("PA_1", "PA_2");
        assertThat(fixture.loggedWith("Redis is away")).isEqualTo(1);
        assertThat(fixture.loggedWith("Redis is back")).isEqualTo(1);
    }

    @Test
    void whatWasSentBeforeAPauseDoesNotUndoWhatCameAfterIt() {
        var store = connect("ND_a");
        Await.result(store.open(room, 1));
        server.freeze();
        var old = ObjectStoreContract.record(room, "old");
        assertThat(Await.failure(store.write(room, 1, ObjectStoreContract.storing(old))))
                .isNotInstanceOf(StaleEpochException.class);
        server.proceed();

        var newest = ObjectStoreContract.record(room, "new");
        writeUntilDone(store, room, ObjectStoreContract.storing(newest));

        assertThat(Await.result(connect("ND_b").open(room, 2)).record()).contains(newest);
        assertThat(fixture.loggedWith("Redis is away")).isEqualTo(1);
        Waiting.until("old connections are closed", () -> clients() == 2);
    }

    /// Those of our stores.
    private long clients() {
        return server.call("CLIENT", "LIST")
                .lines()
                .filter(line -> !line.contains("cmd=client"))
                .count();
    }

    @Test
    void comesBackAfterAPauseOfItsClients() {
        var store = connect("ND_a");
        Await.result(store.open(room, 1));
        server.call("CLIENT", "PAUSE", "1500", "ALL");
        var bob = ObjectStoreContract.storing(ObjectStoreContract.participant("bob", "PA_1"));

        assertThat(Await.failure(store.write(room, 1, bob)))
                .isNotInstanceOf(StaleEpochException.class);

        writeUntilDone(store, room, bob);
        assertThat(participants("bob")).isEqualTo("1");
        assertThat(fixture.loggedWith("Redis is away")).isEqualTo(1);
        assertThat(fixture.loggedWith("Redis is back")).isEqualTo(1);
    }

    @Test
    void comesBackOnceThePasswordIsRightAgain() {
        var store = connect("ND_a");
        Await.result(store.open(room, 1));
        server.kill();
        server.startAgain("--requirepass", "changed");
        Waiting.until(
                "it has tried in vain",
                () -> server.call("--pass", "changed", "INFO", "errorstats").contains("NOAUTH"));
        server.kill();
        server.startAgain();

        writeUntilDone(
                store,
                room,
                ObjectStoreContract.storing(ObjectStoreContract.participant("bob", "PA_1")));
        assertThat(fixture.loggedWith("Redis is away")).isEqualTo(1);
    }

    @Test
    void noticesThatARoomHasANewOwnerAfterAnOutage() {
        var store = connect("ND_a");
        Await.result(store.open(room, 1));
        server.kill();
        server.startAgain();
        Await.result(connect("ND_b").open(room, 2));

        Waiting.until(
                "the old owner learns of it",
                () -> {
                    var write = store.write(room, 1, ObjectStoreContract.NOTHING);
                    return Await.result(
                            write.transform(each ->
                                    Future.succeededFuture(
                                            each.cause() instanceof StaleEpochException)));
                });
        assertThat(server.call("HGET", "room_node_map", room)).isEqualTo("ND_b");
    }

    @Test
    void saysAtTheStartWhatItCannotReachAndNotThePassword() {
        String nowhere = "127.0.0.1:" + TestNode.freeTcpPort();
        var settings = RedisFixture.single(nowhere, new Login("", "hush"));
        assertThat(Await.failure(RedisStore.connect(fixture.vertx, settings, "ND_a")))
                .isInstanceOf(RedisAwayException.class)
                .hasMessageStartingWith("unable to connect to redis at " + nowhere + ": ")
                .hasMessageNotContaining("hush");
    }

    @Test
    void logsInWithAPasswordAloneOrAName() {
        server.call("CONFIG", "SET", "requirepass", "right");
        server.call("--pass", "right", "ACL", "SETUSER", "parley", "on", ">ours", "~*", "+@all");
        var right = RedisFixture.single(server.address(), new Login("", "right"));
        Await.result(fixture.connect(right, "ND_a").open(room, 1));
        var named = RedisFixture.single(server.address(), new Login("parley", "ours"));
        Await.result(fixture.connect(named, "ND_a").open(room, 2));

        for (var login :
                new Login[] {Login.NONE, new Login("", "hush"), new Login("you", "hush")}) {
            var wrong = RedisFixture.single(server.address(), login);
            assertThat(Await.failure(RedisStore.connect(fixture.vertx, wrong, "ND_a")))
                    .isInstanceOf(RedisAwayException.class)
                    .hasMessageContaining(server.address())
                    .hasMessageMatching(".*(NOAUTH|WRONGPASS).*")
                    .hasMessageNotContaining("hush");
        }
    }

    @Test
    void usesTheDatabaseOfTheSettings() {
        var settings =
                new RedisSettings(
                        new Servers.Single(server.address()),
                        Login.NONE,
                        3,
                        RedisSettings.Tls.OFF,
                        RedisFixture.LIMIT,
                        RedisFixture.LIMIT);
        Await.result(fixture.connect(settings, "ND_a").open(room, 1));

        assertThat(server.call("-n", "3", "EXISTS", "parley:room:" + room)).isEqualTo("1");
        assertThat(server.call("EXISTS", "parley:room:" + room)).isEqualTo("0");
    }

    @Test
    void givesUpOnAServerThatNeverAnswers() {
        server.freeze();
        assertThat(
                        Await.failure(
                                RedisStore.connect(
                                        fixture.vertx,
                                        RedisFixture.settings(new Servers.Single(server.address())),
                                        "ND_a")))
                .isInstanceOf(RedisAwayException.class);
        server.proceed();
    }
}

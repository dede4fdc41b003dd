package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.parley.TestNode;
import io.parley.cluster.Await;
import io.parley.cluster.Cluster;
import io.parley.cluster.ClusterSettings;
import io.parley.cluster.ClusterStart;
import io.parley.cluster.Journal;
import io.parley.cluster.NodeId;
import io.parley.cluster.NodeLoad;
import io.parley.cluster.NodeSelector;
import io.parley.cluster.NodeSelectorSettings;
import io.parley.cluster.NodeStatus;
import io.parley.cluster.StateMap;
import io.parley.scenario.Waiting;
import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.StateProcessors.WriteParticipants;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// On a cluster of one node, and one test on two.
class HazelcastStoreTest extends ObjectStoreContract {
    private static final int GUESTS = 10;

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        int port = TestNode.freeTcpPort();
        cluster = start("store-" + port, "127.0.0.1:" + port, port);
    }

    @AfterAll
    static void stop() {
        Await.result(cluster.vertx().close());
    }

    static Cluster start(String name, String members, int port) {
        var settings = new ClusterSettings(true, "", name, members, "127.0.0.1", port, 0);
        var self =
                new NodeStatus(
                        new NodeId("ND_" + port), "127.0.0.1", "", 5000, 5000, NodeLoad.NONE);
        return Await.result(
                new ClusterStart(
                                settings,
                                Clock.systemUTC(),
                                self,
                                Journal.NONE,
                                new NodeSelector(NodeSelectorSettings.DEFAULTS, new Random()),
                                UnaryOperator.identity())
                        .start());
    }

    static StateMap state(Cluster of) {
        return Objects.requireNonNull(of.state());
    }

    @Override
    HazelcastStore store() {
        return new HazelcastStore(state(cluster));
    }

    @Override
    HazelcastStore next() {
        return store();
    }

    /// What a node does that was paused between its decision to write and the write.
    private void bringIn(ParticipantRecord participant, long epoch) {
        var stored = new HashMap<String, byte[]>();
        stored.put(
                StateKeys.ofParticipant(room, participant.identity()),
                HazelcastStore.bytes(epoch, participant));
        state(cluster)
                .entries()
                .executeOnKeys(
                        stored.keySet(), new WriteParticipants(epoch, stored, new HashMap<>()));
    }

    @Test
    void dropsWhomAStaleOwnerBroughtInAfterTheSeal() {
        Await.result(store().write(room, 1, storing(participant("alice", "PA_1"))));
        Await.result(next().open(room, 2));
        Await.result(next().write(room, 2, storing(participant("bob", "PA_2"))));
        bringIn(participant("ghost", "PA_3"), 1);

        var stored = Await.result(next().open(room, 3));

        assertThat(sids(stored)).containsExactlyInAnyOrder("PA_1", "PA_2");
        String ghost = StateKeys.ofParticipant(room, "ghost");
        assertThat(state(cluster).entries().containsKey(ghost)).isFalse();
    }

    @Test
    void anOpenerThatDiesBeforeItSealsLosesNobody() {
        Await.result(store().write(room, 1, storing(record(room, ""), participant("a", "PA_1"))));

        next().raise(room, 2);

        assertStale(store().write(room, 1, NOTHING), 2);
        var stored = Await.result(next().open(room, 3));
        assertThat(sids(stored)).containsExactly("PA_1");
        assertThat(stored.record()).isPresent();
    }

    @Test
    void anOpenerThatDiesWhileItSealsLosesNobody() {
        Await.result(store().open(room, 1));
        Await.result(store().write(room, 1, storing(participant("a", "PA_1"))));
        var half = next().raise(room, 2);
        next().seal(room, 2, half.sealed());
        bringIn(participant("unsealed", "PA_2"), 1);

        var stored = Await.result(next().open(room, 3));

        assertThat(sids(stored)).containsExactlyInAnyOrder("PA_1", "PA_2");
    }

    @Test
    void ofTwoOpenersAtOnceTheHigherEpochWins() {
        Await.result(store().write(room, 1, storing(participant("a", "PA_1"))));
        var half = next().raise(room, 2);
        assertThat(sids(Await.result(next().open(room, 3)))).containsExactly("PA_1");

        assertThat(
                        Await.failure(
                                state(cluster)
                                        .threads()
                                        .call(() -> next().seal(room, 2, half.sealed()))))
                .isInstanceOf(StaleEpochException.class);
        assertStale(next().open(room, 2), 3);
    }

    @Test
    void participantsOfADeletedRoomDoNotComeBackWhenTheirEntriesDo() {
        Await.result(store().write(room, 1, storing(participant("a", "PA_1"))));
        Await.result(store().delete(room, 1));
        bringIn(participant("a", "PA_1"), 1);

        assertThat(sids(Await.result(next().open(room, 2)))).isEmpty();
    }

    @Test
    void forgetsTheEpochOfADeletedRoomAfterAWhile() {
        var entries = state(cluster).entries();
        Await.result(store().write(room, 1, storing(record(room, ""))));
        Await.result(store().delete(room, 1));
        assertThat(entries.getEntryView(StateKeys.ofRoom(room)).getTtl())
                .isEqualTo(TimeUnit.MINUTES.toMillis(10));

        Await.result(next().open(room, 2));
        assertThat(entries.getEntryView(StateKeys.ofRoom(room)).getTtl()).isEqualTo(Long.MAX_VALUE);
    }

    /// In the midst of writing. Backups of bulk calls are not waited for, see [HazelcastStore].
    @Test
    void whatAKilledNodeHasAcknowledgedIsWithTheOthers() {
        int portA = TestNode.freeTcpPort();
        int portB = TestNode.freeTcpPort();
        String members = "127.0.0.1:" + portA + ",127.0.0.1:" + portB;
        var a = start("killed-" + portA, members, portA);
        var b = start("killed-" + portA, members, portB);
        Waiting.until(
                "each partition has its backup",
                () -> memberOn(portA).getPartitionService().isClusterSafe());
        var rooms = IntStream.range(0, 40).mapToObj(i -> room + i).toList();
        var acknowledged = new ConcurrentHashMap<String, Integer>();
        var store = new HazelcastStore(state(a));
        rooms.forEach(each -> writeOn(store, each, 1, acknowledged));
        Waiting.until(
                "each room has written a few times",
                () -> rooms.stream().allMatch(each -> acknowledged.getOrDefault(each, 0) >= 5));

        memberOn(portA).getLifecycleService().terminate();

        var survivor = new HazelcastStore(state(b));
        for (String each : rooms) {
            int version = acknowledged.getOrDefault(each, 0);
            assertThat(Await.result(survivor.open(each, 2)).participants())
                    .extracting(guest -> guest.info().getVersion())
                    .hasSize(GUESTS)
                    .allMatch(kept -> kept >= version);
        }
        Await.result(b.vertx().close());
        Await.result(a.vertx().close());
    }

    /// Each write changes all guests.
    private static void writeOn(
            ObjectStore store, String room, int version, Map<String, Integer> acknowledged) {
        var guests =
                IntStream.range(0, GUESTS)
                        .mapToObj(i -> participant("guest " + i, "PA_" + i))
                        .map(each ->
                                new ParticipantRecord(
                                        each.info().toBuilder().setVersion(version).build(),
                                        each.state()))
                        .toArray(ParticipantRecord[]::new);
        store.write(room, 1, storing(guests))
                .onSuccess(_ -> {
                    acknowledged.put(room, version);
                    writeOn(store, room, version + 1, acknowledged);
                });
    }

    private static HazelcastInstance memberOn(int port) {
        return Hazelcast.getAllHazelcastInstances().stream()
                .filter(each -> each.getCluster().getLocalMember().getAddress().getPort() == port)
                .findFirst()
                .orElseThrow();
    }
}

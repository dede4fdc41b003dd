package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.Await;
import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.ObjectStore.RoomChanges;
import io.parley.store.ObjectStore.RoomRecord;
import io.parley.store.ObjectStore.StoredRoom;
import io.parley.store.state.AnsweringState;
import io.parley.store.state.ChannelState;
import io.parley.store.state.ParticipantState;
import io.parley.store.state.RoomState;
import io.parley.store.state.TrackState;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import livekit.LivekitModels.TrackInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What every store keeps to.
abstract class ObjectStoreContract {
    static final RoomChanges NOTHING = new RoomChanges(Optional.empty(), Map.of(), Map.of());

    final String room = "kitchen " + UUID.randomUUID();

    /// That of the first owner.
    abstract ObjectStore store();

    /// That of the next one: the same data, seen by another node if there can be one.
    abstract ObjectStore next();

    static RoomRecord record(String name, String metadata) {
        return new RoomRecord(
                Room.newBuilder().setSid("RM_1").setName(name).setMetadata(metadata).build(),
                RoomInternal.newBuilder().setSyncStreams(true).build(),
                RoomState.newBuilder().setSifTrailer("t").build());
    }

    static ParticipantRecord participant(String identity, String sid) {
        var track = TrackInfo.newBuilder().setSid("TR_" + sid).setWidth(1280).build();
        return new ParticipantRecord(
                ParticipantInfo.newBuilder()
                        .setIdentity(identity)
                        .setSid(sid)
                        .putAttributes("hand", "raised")
                        .addTracks(track)
                        .build(),
                ParticipantState.newBuilder()
                        .setApiKey("key")
                        .addTracks(TrackState.newBuilder().setCid("cam").setInfo(track))
                        .setAnswering(
                                AnsweringState.newBuilder()
                                        .addChannels(ChannelState.newBuilder().setStreamId(65534)))
                        .build());
    }

    static RoomChanges storing(ParticipantRecord... participants) {
        var stored = new HashMap<String, ParticipantRecord>();
        List.of(participants).forEach(each -> stored.put(each.identity(), each));
        return new RoomChanges(Optional.empty(), stored, Map.of());
    }

    static RoomChanges storing(RoomRecord record, ParticipantRecord... participants) {
        return new RoomChanges(Optional.of(record), storing(participants).stored(), Map.of());
    }

    static RoomChanges leaving(String identity, String sid) {
        return new RoomChanges(Optional.empty(), Map.of(), Map.of(identity, sid));
    }

    static List<String> sids(StoredRoom stored) {
        return stored.participants().stream().map(each -> each.info().getSid()).toList();
    }

    private List<String> sidsNext(long epoch) {
        return sids(Await.result(next().open(room, epoch)));
    }

    static void assertStale(Future<?> refused, long epoch) {
        assertThat(Await.failure(refused))
                .isInstanceOfSatisfying(
                        StaleEpochException.class, e -> assertThat(e.epoch()).isEqualTo(epoch));
    }

    @Test
    void givesTheNextOwnerAllThatWasWritten() {
        var record = record(room, "");
        var alice = participant("alice", "PA_1");
        var bob = participant("bob", "PA_2");
        assertThat(Await.result(store().open(room, 1))).isEqualTo(StoredRoom.NOTHING);

        Await.result(store().write(room, 1, storing(record, alice, bob)));

        var stored = Await.result(next().open(room, 2));
        assertThat(stored.record()).contains(record);
        assertThat(stored.participants()).containsExactlyInAnyOrder(alice, bob);
    }

    @Test
    void keepsWhatAChangeDoesNotName() {
        var alice = participant("alice", "PA_1");
        Await.result(store().write(room, 1, storing(record(room, "old"), alice)));
        Await.result(store().write(room, 1, storing(participant("bob", "PA_2"))));
        Await.result(store().write(room, 1, storing(record(room, "new"))));
        Await.result(store().write(room, 1, NOTHING));

        var stored = Await.result(next().open(room, 2));

        assertThat(stored.record()).contains(record(room, "new"));
        assertThat(sids(stored)).containsExactlyInAnyOrder("PA_1", "PA_2");
        assertThat(stored.participants()).contains(alice);
    }

    @Test
    void mayBeOpenedTwiceInAnEpoch() {
        Await.result(store().open(room, 7));
        Await.result(store().write(room, 7, storing(participant("bob", "PA_1"))));

        assertThat(sids(Await.result(store().open(room, 7)))).containsExactly("PA_1");
        Await.result(store().write(room, 7, storing(participant("bob", "PA_2"))));
        assertThat(sidsNext(8)).containsExactly("PA_2");
    }

    @Test
    void aLateFarewellDoesNotDeleteTheNextSessionOfTheIdentity() {
        Await.result(store().write(room, 1, storing(participant("bob", "PA_1"))));
        Await.result(
                store().write(
                                room,
                                1,
                                new RoomChanges(
                                        Optional.empty(),
                                        storing(participant("bob", "PA_2")).stored(),
                                        Map.of("bob", "PA_1"))));
        Await.result(store().write(room, 1, leaving("bob", "PA_1")));
        assertThat(sidsNext(2)).containsExactly("PA_2");

        Await.result(next().write(room, 2, leaving("bob", "PA_2")));
        Await.result(next().write(room, 2, leaving("nobody", "PA_9")));
        assertThat(sidsNext(3)).isEmpty();
    }

    @Test
    void anOlderOwnerChangesNothingOnceThereIsANewerOne() {
        var record = record(room, "");
        Await.result(store().open(room, 1));
        Await.result(store().write(room, 1, storing(record, participant("bob", "PA_1"))));
        Await.result(next().open(room, 2));

        assertStale(store().write(room, 1, leaving("bob", "PA_1")), 2);
        assertStale(store().write(room, 1, storing(participant("bob", "PA_3"))), 2);
        assertStale(store().write(room, 1, storing(participant("zoe", "PA_4"))), 2);
        assertStale(store().write(room, 1, storing(record(room, "stale"))), 2);
        assertStale(store().write(room, 1, NOTHING), 2);
        assertStale(store().delete(room, 1), 2);
        assertStale(store().open(room, 1), 2);

        Await.result(next().write(room, 2, storing(participant("eve", "PA_2"))));
        var stored = Await.result(next().open(room, 3));
        assertThat(stored.record()).contains(record);
        assertThat(sids(stored)).containsExactlyInAnyOrder("PA_1", "PA_2");
    }

    @Test
    void forgetsADeletedRoomAndEndsItsEpoch() {
        Await.result(store().write(room, 1, storing(record(room, ""), participant("bob", "PA_1"))));

        Await.result(store().delete(room, 1));

        assertThat(Await.result(next().rooms()))
                .extracting(each -> each.room().getName())
                .doesNotContain(room);
        assertStale(store().write(room, 1, storing(record(room, ""))), 2);
        assertStale(store().write(room, 1, storing(participant("zoe", "PA_2"))), 2);
        assertThat(Await.result(next().open(room, 2))).isEqualTo(StoredRoom.NOTHING);
        Await.result(next().write(room, 2, storing(participant("bob", "PA_3"))));
        assertThat(sidsNext(3)).containsExactly("PA_3");
    }

    @Test
    void deletesWhatWasNeverWritten() {
        Await.result(store().open(room, 4));
        Await.result(store().delete(room, 4));
        Await.result(store().delete(room + " too", 1));
        assertStale(next().open(room, 4), 5);
        assertThat(Await.result(next().open(room, 5))).isEqualTo(StoredRoom.NOTHING);
    }

    @Test
    void takesManyParticipantsInOneWrite() {
        var many =
                IntStream.range(0, 1500)
                        .mapToObj(i -> participant("guest " + i, "PA_" + i))
                        .toArray(ParticipantRecord[]::new);

        Await.result(store().write(room, 1, storing(record(room, ""), many)));

        assertThat(Await.result(next().open(room, 2)).participants())
                .containsExactlyInAnyOrder(many);
    }

    @Test
    void takesWritesOfManyRoomsAtOnce() {
        var names = IntStream.range(0, 100).mapToObj(i -> room + i).toList();
        Await.result(Future.all(names.stream().map(name -> store().open(name, 1)).toList()));
        var writes =
                names.stream()
                        .map(name -> storing(record(name, ""), participant("bob", "PA_" + name)))
                        .map(each ->
                                store().write(
                                                each.record().orElseThrow().room().getName(),
                                                1,
                                                each))
                        .toList();
        Await.result(Future.all(writes));

        for (String name : names) {
            assertThat(sids(Await.result(next().open(name, 2)))).containsExactly("PA_" + name);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a@",
                "@a",
                "a@b",
                "b",
                "%40",
                ":",
                "a:b",
                "ünï 房间 🎉",
                "a\nb\0c",
                "{a}",
                "*"
            })
    void takesAnyName(String name) {
        String odd = name + room;
        List<String> identities =
                List.of("@", "a@b", "%40", ":", "a:b", "ünï 🎉", "a\nb\0c", "room", " ");
        var participants =
                identities.stream()
                        .map(each -> participant(each, "PA_" + each))
                        .toArray(ParticipantRecord[]::new);
        Await.result(store().open(odd, 1));
        Await.result(store().write(odd, 1, storing(record(odd, ""), participants)));
        Await.result(store().write(odd, 1, leaving("a@b", "PA_a@b")));

        var stored = Await.result(next().open(odd, 2));

        assertThat(stored.record()).contains(record(odd, ""));
        assertThat(sids(stored)).hasSize(identities.size() - 1).doesNotContain("PA_a@b");
        Await.result(next().delete(odd, 2));
    }

    @Test
    void keepsRoomsWithSimilarNamesApart() {
        var names = List.of(room, "b@" + room, "a@b@" + room, "@" + room, "%40" + room);
        for (String name : names) {
            Await.result(store().open(name, 1));
            Await.result(store().write(name, 1, storing(participant("a@b", "PA_" + name))));
        }
        Await.result(store().delete("b@" + room, 1));

        for (String name : names) {
            var expected = name.equals("b@" + room) ? List.of() : List.of("PA_" + name);
            assertThat(sids(Await.result(next().open(name, 2)))).isEqualTo(expected);
        }
    }

    @Test
    void listsRoomsThatHaveARecord() {
        Await.result(store().write(room, 1, storing(record(room, "m"))));
        Await.result(store().open(room + " unstarted", 1));

        var listed = Await.result(next().rooms());

        assertThat(listed).contains(record(room, "m").listed());
        assertThat(listed)
                .extracting(each -> each.room().getName())
                .doesNotContain(room + " unstarted");
    }
}

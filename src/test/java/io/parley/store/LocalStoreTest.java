package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.ObjectStore.RoomChanges;
import io.parley.store.ObjectStore.RoomRecord;
import io.parley.store.state.ParticipantState;
import io.parley.store.state.RoomState;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import org.junit.jupiter.api.Test;

class LocalStoreTest {
    private final ObjectStore store = new LocalStore();

    private static Optional<RoomRecord> room(String name, String sid) {
        return Optional.of(
                new RoomRecord(
                        Room.newBuilder().setName(name).setSid(sid).build(),
                        RoomInternal.getDefaultInstance(),
                        RoomState.getDefaultInstance()));
    }

    private static Map<String, ParticipantRecord> participant(String identity, String sid) {
        var info = ParticipantInfo.newBuilder().setIdentity(identity).setSid(sid).build();
        return Map.of(identity, new ParticipantRecord(info, ParticipantState.getDefaultInstance()));
    }

    private List<String> sids(long epoch) {
        return store.open("a", epoch).result().participants().stream()
                .map(each -> each.info().getSid())
                .toList();
    }

    @Test
    void aLateFarewellDoesNotDeleteTheNextSessionOfTheIdentity() {
        store.write(
                "a", 1, new RoomChanges(room("a", "RM_1"), participant("bob", "PA_1"), Map.of()));
        store.write(
                "a",
                1,
                new RoomChanges(
                        Optional.empty(), participant("bob", "PA_2"), Map.of("bob", "PA_1")));
        assertThat(sids(1)).containsExactly("PA_2");

        store.write("a", 1, new RoomChanges(Optional.empty(), Map.of(), Map.of("bob", "PA_2")));
        assertThat(sids(1)).isEmpty();
    }

    @Test
    void deletingARoomForgetsItsParticipants() {
        store.write(
                "a", 1, new RoomChanges(room("a", "RM_1"), participant("bob", "PA_1"), Map.of()));

        store.delete("a", 1);

        assertThat(store.rooms().result()).isEmpty();
        assertThat(sids(2)).isEmpty();
    }

    @Test
    void anOlderOwnerChangesNothingOnceThereIsANewerOne() {
        store.write(
                "a", 1, new RoomChanges(room("a", "RM_1"), participant("bob", "PA_1"), Map.of()));
        store.open("a", 2);

        var late =
                store.write(
                        "a", 1, new RoomChanges(Optional.empty(), Map.of(), Map.of("bob", "PA_1")));

        assertThat(late.cause()).isInstanceOf(StaleEpochException.class);
        assertThat(sids(2)).containsExactly("PA_1");
    }
}

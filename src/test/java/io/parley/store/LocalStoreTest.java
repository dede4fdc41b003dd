package io.parley.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.store.ObjectStore.RoomRecord;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;
import org.junit.jupiter.api.Test;

class LocalStoreTest {
    private final ObjectStore store = new LocalStore();

    private static RoomRecord room(String name, String sid) {
        return new RoomRecord(
                Room.newBuilder().setName(name).setSid(sid).build(),
                RoomInternal.getDefaultInstance());
    }

    private static ParticipantInfo participant(String identity, String sid) {
        return ParticipantInfo.newBuilder().setIdentity(identity).setSid(sid).build();
    }

    @Test
    void ofTwoCreatorsOneWinsAndBothLearnWhich() {
        assertThat(store.createRoom(room("a", "RM_1")).result().room().getSid()).isEqualTo("RM_1");
        assertThat(store.createRoom(room("a", "RM_2")).result().room().getSid()).isEqualTo("RM_1");
        assertThat(store.loadRooms().result()).hasSize(1);
    }

    @Test
    void aLateFarewellDoesNotDeleteTheNextSessionOfTheIdentity() {
        store.participants().store("a", participant("bob", "PA_1"));
        store.participants().store("a", participant("bob", "PA_2"));

        store.participants().delete("a", "bob", "PA_1");
        assertThat(store.participants().load("a", "bob").result().orElseThrow().getSid())
                .isEqualTo("PA_2");

        store.participants().delete("a", "bob", "PA_2");
        assertThat(store.participants().loadAll("a").result()).isEmpty();
    }

    @Test
    void deletingARoomForgetsItsParticipants() {
        store.storeRoom(room("a", "RM_1"));
        store.participants().store("a", participant("bob", "PA_1"));

        store.deleteRoom("a");

        assertThat(store.loadRoom("a").result()).isEmpty();
        assertThat(store.participants().loadAll("a").result()).isEmpty();
    }
}

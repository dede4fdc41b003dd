package io.parley.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.livekit.server.RoomServiceClient;
import io.parley.TestNode;
import io.parley.scenario.JoinOptions;
import io.parley.scenario.TestClient;
import io.parley.store.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitModels.Room;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import retrofit2.Call;
import retrofit2.Response;

/// LiveKit's Java server SDK, its own HTTP client and tokens included: one call of each method,
/// with Redis and without.
@ParameterizedClass
@ValueSource(booleans = {false, true})
class ServerSdkTest {
    private static final String ROOM = "office";

    private final @Nullable RedisServer redis;
    private final TestNode node;
    private final RoomServiceClient rooms;
    private final TestClient anna;

    ServerSdkTest(boolean hasRedis) {
        redis = hasRedis ? RedisServer.start() : null;
        node = redis == null ? TestNode.start() : TestNode.start("--redis-host", redis.address());
        rooms =
                RoomServiceClient.createClient(
                        "http://127.0.0.1:" + node.port(), TestNode.KEY, TestNode.SECRET);
        anna = TestClient.join(node, JoinOptions.of(ROOM, "anna"));
    }

    @AfterEach
    void stop() {
        anna.close();
        node.close();
        if (redis != null) {
            redis.close();
        }
    }

    private static <T> Response<T> response(Call<T> call) {
        try {
            return call.execute();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static <T> T answer(Call<T> call) {
        Response<T> response = response(call);
        assertThat(response.isSuccessful()).as("%s", response).isTrue();
        return Objects.requireNonNull(response.body());
    }

    private static void accepted(Call<Void> call) {
        Response<Void> response = response(call);
        assertThat(response.isSuccessful()).as("%s", response).isTrue();
    }

    @Test
    void makesFindsChangesAndEndsRooms() {
        Room made = answer(rooms.createRoom("salon", 30, 5, null, "about it"));
        assertThat(made.getName()).isEqualTo("salon");
        assertThat(made.getMaxParticipants()).isEqualTo(5);
        assertThat(answer(rooms.listRooms()))
                .extracting(Room::getName)
                .containsExactlyInAnyOrder("salon", ROOM);
        assertThat(answer(rooms.listRooms(List.of("salon"))))
                .extracting(Room::getMetadata)
                .containsExactly("about it");
        assertThat(answer(rooms.updateRoomMetadata(ROOM, "news")).getMetadata()).isEqualTo("news");
        anna.awaitHeard(
                "the metadata",
                heard -> heard.getRoomUpdate().getRoom().getMetadata().equals("news"));
        accepted(rooms.deleteRoom(ROOM));
        anna.awaitLeave();
        assertThat(answer(rooms.listRooms())).extracting(Room::getName).containsExactly("salon");
    }

    @Test
    void findsChangesAndRemovesParticipants() {
        assertThat(answer(rooms.listParticipants(ROOM)))
                .extracting(ParticipantInfo::getIdentity)
                .containsExactly("anna");
        assertThat(answer(rooms.getParticipant(ROOM, "anna")).getSid()).isEqualTo(anna.sid());
        assertThat(response(rooms.getParticipant(ROOM, "nobody")).code()).isEqualTo(404);
        ParticipantPermission silent =
                ParticipantPermission.newBuilder().setCanSubscribe(true).build();
        ParticipantInfo changed =
                answer(
                        rooms.updateParticipant(
                                ROOM, "anna", "Anna A.", "tall", silent, Map.of("mood", "good")));
        assertThat(changed.getName()).isEqualTo("Anna A.");
        assertThat(changed.getAttributesMap()).containsEntry("mood", "good");
        assertThat(changed.getPermission().getCanPublish()).isFalse();
        accepted(rooms.removeParticipant(ROOM, "anna"));
        anna.awaitLeave();
        assertThat(answer(rooms.listParticipants(ROOM))).isEmpty();
    }

    @Test
    void mutesTracksAndChangesSubscriptions() {
        var track = anna.publishAudio("microphone");
        try (TestClient ben = TestClient.join(node, JoinOptions.of(ROOM, "ben"))) {
            ben.awaitMedia(track.sid(), 5);
            accepted(rooms.updateSubscriptions(ROOM, "ben", List.of(track.sid()), false));
            ben.await("the track to go", () -> ben.received(track.sid()).isEmpty());
            assertThat(answer(rooms.mutePublishedTrack(ROOM, "anna", track.sid(), true)).getMuted())
                    .isTrue();
            ben.awaitParticipant("anna", info -> info.getTracks(0).getMuted());
        }
    }

    @Test
    void sendsData() {
        byte[] words = "from above".getBytes(StandardCharsets.UTF_8);
        accepted(
                rooms.sendData(
                        ROOM,
                        words,
                        DataPacket.Kind.RELIABLE,
                        List.of(),
                        List.of("anna"),
                        "announcements"));
        assertThat(anna.awaitMessage("announcements").getUser().getPayload().toStringUtf8())
                .isEqualTo("from above");
    }

    @Test
    void saysWhatItDoesNotDo() {
        assertThat(response(rooms.forwardParticipant(ROOM, "anna", "salon")).code()).isEqualTo(500);
        assertThat(response(rooms.moveParticipant(ROOM, "anna", "salon")).code()).isEqualTo(500);
    }

    @Test
    void refusesAnotherSecret() {
        var stranger =
                RoomServiceClient.createClient(
                        "http://127.0.0.1:" + node.port(),
                        TestNode.KEY,
                        "not the secret of this key");
        assertThat(response(stranger.listRooms()).code()).isEqualTo(401);
    }
}

package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.parley.TestNode;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import org.junit.jupiter.api.Test;

/// A node that has its fill.
class PlacementTest {
    @Test
    void aFullNodeRefusesRoomsAndParticipantsInLiveKitsWords() {
        try (TestNode node = TestNode.start("--limit.num_tracks", "1");
                TestClient anna = TestClient.join(node, JoinOptions.of("kitchen", "anna"))) {
            anna.publishAudio("microphone");
            Waiting.until("the track is reported", () -> node.reportedTracks() == 1);

            var join =
                    catchThrowableOfType(
                            SignalSocket.Refused.class,
                            () -> TestClient.connect(node, JoinOptions.of("kitchen", "ben")));
            assertThat(join.status).isEqualTo(503);
            assertThat(join.body).isEqualTo("node has exceeded its configured limit");

            var request = CreateRoomRequest.newBuilder().setName("attic").build();
            var create =
                    catchThrowableOfType(
                            RoomApi.Failed.class,
                            () ->
                                    new RoomApi(node)
                                            .call("CreateRoom", "attic", request, Room.parser()));
            assertThat(create.status).isEqualTo(500);
            assertThat(create)
                    .hasMessageContaining("twirp error unknown: reached configured limit for node");

            anna.resume(node);
        }
    }
}

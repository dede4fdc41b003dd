package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.NodeProcess;
import io.parley.TestNode;
import java.util.ArrayList;
import java.util.List;
import livekit.LivekitModels.Room;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A node that owns no room and holds no connection goes: a call on the others hears nothing of it.
class NodeLossTest {
    private static final List<Integer> PORTS = new ArrayList<>();
    private static TestNode owner;
    private static TestNode edge;

    private final String room = Deployment.newRoom();

    @BeforeAll
    static void start() {
        for (int i = 0; i < 4; i++) {
            PORTS.add(TestNode.freeTcpPort());
        }
        owner = TestNode.start(flags(0));
        edge = TestNode.start(flags(1));
    }

    @AfterAll
    static void stop() {
        edge.close();
        owner.close();
    }

    private static String[] flags(int index) {
        return NodeProcess.member("loss-" + PORTS.getFirst(), PORTS.get(index), PORTS)
                .toArray(String[]::new);
    }

    private static void awaitNodes(int count) {
        Waiting.until(
                () -> "%d nodes, not %d".formatted(count, owner.clusterSize()),
                () -> owner.clusterSize() == count && edge.clusterSize() == count);
    }

    @Test
    void aKilledNodeWithoutRoomsDisturbsNoCall() {
        try (NodeProcess bystander = NodeProcess.start(List.of(flags(2)))) {
            awaitNodes(3);
            callWhile(() -> {
                bystander.process().kill();
                awaitNodes(2);
            });
        }
    }

    @Test
    void aStoppedNodeWithoutRoomsDisturbsNoCall() {
        TestNode bystander = TestNode.start(flags(3));
        try {
            awaitNodes(3);
            callWhile(() -> {
                bystander.close();
                awaitNodes(2);
            });
        } finally {
            bystander.close();
        }
    }

    /// Anna is where the room is, Ben is on the other node.
    private void callWhile(Runnable loss) {
        createOnOwner();
        try (TestClient anna = TestClient.join(owner, JoinOptions.of(room, "anna"));
                TestClient ben = TestClient.join(edge, JoinOptions.of(room, "ben"))) {
            assertThat(ben.joinResponse().getServerInfo().getNodeId()).isEqualTo(owner.id());
            var video = anna.publishVideo("camera", true);
            var audio = ben.publishAudio("microphone");
            ReceivedTrack camera = ben.awaitMedia(video.sid(), 50);
            ReceivedTrack voice = anna.awaitMedia(audio.sid(), 10);

            int framesBefore = camera.frames();
            int wordsBefore = voice.packets();
            loss.run();

            assertThat(camera.frames()).isGreaterThan(framesBefore);
            assertThat(voice.packets()).isGreaterThan(wordsBefore);
            ben.awaitMedia(video.sid(), 50);
            anna.awaitMedia(audio.sid(), 10);
            assertThat(camera.broken()).isEmpty();
            assertUndisturbed(anna);
            assertUndisturbed(ben);
            try (TestClient late = TestClient.join(edge, JoinOptions.of(room, "late"))) {
                late.awaitMedia(video.sid(), 5);
                anna.awaitParticipant("late", _ -> true);
            }
        }
    }

    private void createOnOwner() {
        var request = CreateRoomRequest.newBuilder().setName(room).setNodeId(owner.id()).build();
        new RoomApi(owner).call("CreateRoom", room, request, Room.parser());
    }

    /// Neither asked to go or come back, nor given another session, nor told that somebody left.
    private static void assertUndisturbed(TestClient client) {
        assertThat(client.heard)
                .extracting(SignalResponse::getMessageCase)
                .doesNotContain(MessageCase.LEAVE, MessageCase.RECONNECT)
                .containsOnlyOnce(MessageCase.JOIN);
        assertThat(client.participants).hasSize(2);
    }
}

package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRoom.UpdateParticipantRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/// One client reads nothing or says a great deal; the others notice nothing. On one node and with
/// the websocket and the room on two.
@ParameterizedClass
@EnumSource(
        value = Deployment.Shape.class,
        names = {"ONE_NODE", "TWO_NODES"})
class PressureTest {
    private static final int CHANGES = 300;
    private static final String BULK = "x".repeat(100_000);

    private final String room = Deployment.newRoom();
    private final Deployment deployment;

    PressureTest(Deployment.Shape shape) {
        deployment = Deployment.of(shape);
    }

    private TestNode first() {
        return deployment.first();
    }

    /// A node that does not own the room, where there is one.
    private TestNode edge(TestClient in) {
        String owner = in.joinResponse().getServerInfo().getNodeId();
        return deployment.nodes().stream()
                .filter(node -> !node.id().equals(owner))
                .findFirst()
                .orElseGet(this::first);
    }

    private void describe(String identity, String metadata) {
        deployment
                .api()
                .call(
                        "UpdateParticipant",
                        room,
                        UpdateParticipantRequest.newBuilder()
                                .setRoom(room)
                                .setIdentity(identity)
                                .setMetadata(metadata)
                                .build(),
                        ParticipantInfo.parser());
    }

    private static boolean hasHeard(TestClient client, String metadata) {
        return client.heard.stream()
                .filter(SignalResponse::hasUpdate)
                .flatMap(each -> each.getUpdate().getParticipantsList().stream())
                .anyMatch(info -> info.getMetadata().equals(metadata));
    }

    private static long count(TestClient client, MessageCase kind) {
        return client.heard.stream().filter(each -> each.getMessageCase() == kind).count();
    }

    @Test
    void whoReadsNothingHearsTheNewestLaterAndNobodyWaits() {
        try (TestClient anna = TestClient.join(first(), JoinOptions.of(room, "anna"));
                TestClient sloth = TestClient.join(edge(anna), JoinOptions.of(room, "sloth"));
                TestClient ben = TestClient.join(edge(anna), JoinOptions.of(room, "ben"))) {
            sloth.socket().pauseReading();
            for (int i = 0; i < CHANGES; i++) {
                describe("anna", i + BULK);
            }
            String newest = CHANGES - 1 + BULK;
            ben.await("the newest", () -> hasHeard(ben, newest));
            assertThat(hasHeard(sloth, newest)).isFalse();

            sloth.socket().resumeReading();

            sloth.await("the newest", () -> hasHeard(sloth, newest));
            assertThat(count(sloth, MessageCase.UPDATE)).isLessThan(count(ben, MessageCase.UPDATE));
            assertThat(sloth.socket().isClosed()).isFalse();
        }
    }

    @Test
    void aBurstOfRequestsIsAnsweredWhole() {
        try (TestClient anna = TestClient.join(first(), JoinOptions.of(room, "anna"));
                TestClient ben = TestClient.join(edge(anna), JoinOptions.of(room, "ben"))) {
            var mute = MuteTrackRequest.newBuilder().setSid("TR_unknown");
            for (int i = 0; i < 1500; i++) {
                ben.send(SignalRequest.newBuilder().setMute(mute));
            }
            describe("anna", "meanwhile");
            ben.await("every answer", () -> count(ben, MessageCase.REQUEST_RESPONSE) == 1500);
            ben.await("the update", () -> hasHeard(ben, "meanwhile"));
            assertThat(ben.socket().isClosed()).isFalse();
        }
    }
}

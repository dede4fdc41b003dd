package io.parley.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.TestNode;
import livekit.LivekitRtc.SignalResponse;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A node with `rtc.use_ice_lite` says so in its descriptions (RFC 8839 §5.3), so that the client
/// checks and nominates even where the node offers (RFC 8445 §6.1.1).
class IceLiteTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void mediaFlowsBothWays(boolean single) {
        try (TestNode node = TestNode.start("--rtc.use_ice_lite", "true");
                TestClient anna = TestClient.join(node, options("anna", single));
                TestClient ben = TestClient.join(node, options("ben", single))) {
            var audio = anna.publishAudio("microphone");
            var video = ben.publishVideo("camera", true);
            ben.awaitMedia(audio.sid(), 20);
            anna.awaitMedia(video.sid(), 20);
            assertThat(anna.heard.stream().filter(IceLiteTest::isDescription))
                    .isNotEmpty()
                    .allMatch(IceLiteTest::saysLite);
        }
    }

    private static JoinOptions options(String identity, boolean single) {
        return JoinOptions.of("lite", identity).withSingle(single);
    }

    private static boolean isDescription(SignalResponse response) {
        return response.hasOffer() || response.hasAnswer();
    }

    private static boolean saysLite(SignalResponse response) {
        return (response.getOffer().getSdp() + response.getAnswer().getSdp())
                .contains("a=ice-lite\r\n");
    }
}

package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.TrickleRequest;
import org.junit.jupiter.api.Test;

class TrickleTest {
    static TrickleRequest trickle(String json, int target) {
        return TrickleRequest.newBuilder().setCandidateInit(json).setTargetValue(target).build();
    }

    @Test
    void readsTheCandidateOutOfTheJsonText() {
        assertThat(
                        Trickle.parse(
                                "{\"sdpMid\":\"0\", \"candidate\" : \"candidate:1 1 udp 5 1.2.3.4 5"
                                        + " typ host\"}"))
                .isEqualTo("candidate:1 1 udp 5 1.2.3.4 5 typ host");
        assertThat(Trickle.parse("{\"candidate\":\"\"}")).isEmpty();
    }

    @Test
    void refusesWhatIsNoCandidate() {
        for (String bad : new String[] {"", "{}", "[1]", "{\"candidate\":5}", "candidate:1"}) {
            assertThatThrownBy(() -> Trickle.parse(bad))
                    .isInstanceOf(Trickle.MalformedCandidateException.class);
        }
    }

    @Test
    void candidatesWaitForTheDescription() {
        var trickle = new Trickle(SignalTarget.PUBLISHER);
        assertThat(trickle.onCandidate("candidate:1")).isEmpty();
        assertThat(trickle.onDescribed()).containsExactly("candidate:1");
        assertThat(trickle.onCandidate("candidate:2")).containsExactly("candidate:2");
    }
}

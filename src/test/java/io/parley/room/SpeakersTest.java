package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.webrtc.ortc.SourceId;
import java.util.List;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

class SpeakersTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();
    private final TestClient bob = bench.client("bob").joinActive();
    private final String mic = alice.publish(TestClient.microphone("m")).getSid();

    private SourceId source() {
        return alice.publisher().all(PeerCommand.Receive.class).getFirst().parameters().source();
    }

    private void level(double level) {
        alice.publisher().say(new PeerEvent.AudioLevelChanged(source(), level));
    }

    private static List<SpeakerInfo> speakers(TestClient client) {
        return client.all(MessageCase.SPEAKERS_CHANGED).stream()
                .flatMap(each -> each.getSpeakersChanged().getSpeakersList().stream())
                .toList();
    }

    @Test
    void levelsAreQuantisedAndToldEvery400ms() {
        level(0.3);
        bench.advanceMs(1);
        assertThat(speakers(bob)).containsExactly(speaker(0.375f));
        assertThat(speakers(alice)).containsExactly(speaker(0.375f));
        level(0.9);
        bench.advanceMs(300);
        assertThat(speakers(bob)).hasSize(1);
        bench.advanceMs(100);
        assertThat(speakers(bob).getLast()).isEqualTo(speaker(1));
        level(0.95);
        bench.advanceMs(400);
        assertThat(speakers(bob)).hasSize(2);
        level(0.001);
        bench.advanceMs(400);
        assertThat(speakers(bob).getLast().getActive()).isFalse();
        assertThat(speakers(bob).getLast().getLevel()).isZero();
    }

    private SpeakerInfo speaker(float level) {
        return SpeakerInfo.newBuilder().setSid(alice.sid()).setLevel(level).setActive(true).build();
    }

    @Test
    void mutingEndsTheSpeaking() {
        level(0.5);
        bench.advanceMs(1);
        alice.asks()
                .onMute(
                        bench.nowNs,
                        MuteTrackRequest.newBuilder().setSid(mic).setMuted(true).build());
        bench.advanceMs(400);
        assertThat(speakers(bob).getLast().getActive()).isFalse();
    }

    @Test
    void whoComesLaterHearsWhoIsSpeaking() {
        level(0.5);
        bench.advanceMs(1);
        var carol = bench.client("carol").join();
        assertThat(speakers(carol)).containsExactly(speaker(0.5f));
    }

    @Test
    void thoseWhoDoNotListenHearNothing() {
        var carol = bench.client("carol");
        carol.session.setAutoSubscribe(false);
        carol.joinActive();
        level(0.5);
        bench.advanceMs(1);
        assertThat(speakers(carol)).isEmpty();
    }
}

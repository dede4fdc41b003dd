package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SubscribedQualityUpdate;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.junit.jupiter.api.Test;

class DynacastTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();
    private final String camera = alice.publish(TestClient.camera("c")).getSid();

    private int updates() {
        return alice.all(MessageCase.SUBSCRIBED_QUALITY_UPDATE).size();
    }

    private String enabled() {
        SubscribedQualityUpdate update =
                alice.last(MessageCase.SUBSCRIBED_QUALITY_UPDATE).getSubscribedQualityUpdate();
        assertThat(update.getTrackSid()).isEqualTo(camera);
        assertThat(update.getSubscribedCodecs(0).getCodec()).isEqualTo("vp8");
        var text = new StringBuilder();
        update.getSubscribedCodecs(0)
                .getQualitiesList()
                .forEach(each ->
                        text.append(each.getEnabled() ? each.getQuality().name().charAt(0) : '-'));
        return text.toString();
    }

    private void wants(TestClient client, VideoQuality quality, boolean disabled) {
        client.asks()
                .onTrackSetting(
                        bench.nowNs,
                        UpdateTrackSettings.newBuilder()
                                .addTrackSids(camera)
                                .setQuality(quality)
                                .setDisabled(disabled)
                                .build());
        bench.advanceMs(100);
    }

    @Test
    void aPublisherNobodyWatchesIsPausedAfterTenSeconds() {
        bench.advanceMs(9_999);
        assertThat(updates()).isZero();
        bench.advanceMs(1);
        assertThat(enabled()).isEqualTo("---");
    }

    @Test
    void moreIsAskedForAtOnceAndLessAfterFiveSeconds() {
        bench.advanceSeconds(10);
        var bob = bench.client("bob").joinActive();
        assertThat(enabled()).isEqualTo("LMH");
        wants(bob, VideoQuality.LOW, false);
        assertThat(enabled()).isEqualTo("LMH");
        bench.advanceMs(4_900);
        assertThat(enabled()).isEqualTo("LMH");
        bench.advanceMs(100);
        assertThat(enabled()).isEqualTo("L--");
        wants(bob, VideoQuality.MEDIUM, false);
        assertThat(enabled()).isEqualTo("LM-");
        wants(bob, VideoQuality.MEDIUM, true);
        bench.advanceSeconds(5);
        assertThat(enabled()).isEqualTo("---");
    }

    @Test
    void aQualityOfTheFutureIsTheBest() {
        bench.advanceSeconds(10);
        var bob = bench.client("bob").joinActive();
        bob.asks()
                .onTrackSetting(
                        bench.nowNs,
                        UpdateTrackSettings.newBuilder()
                                .addTrackSids(camera)
                                .setQualityValue(9)
                                .build());
        bench.advanceMs(100);
        assertThat(enabled()).isEqualTo("LMH");
    }

    @Test
    void theMostDemandingSubscriberCounts() {
        bench.advanceSeconds(10);
        var bob = bench.client("bob").joinActive();
        var carol = bench.client("carol").joinActive();
        wants(bob, VideoQuality.LOW, false);
        wants(carol, VideoQuality.MEDIUM, false);
        bench.advanceSeconds(6);
        assertThat(enabled()).isEqualTo("LM-");
        bench.room.endings().signalClosed(bench.nowNs, carol.participant());
        bench.advanceSeconds(5);
        assertThat(enabled()).isEqualTo("L--");
    }

    @Test
    void isRepeatedAfterAnAnswerWhenSomethingIsPaused() {
        bench.advanceSeconds(10);
        int before = updates();
        alice.offer();
        bench.advanceMs(1_999);
        assertThat(updates()).isEqualTo(before);
        bench.advanceMs(1);
        assertThat(updates()).isEqualTo(before + 1);
        assertThat(enabled()).isEqualTo("---");
    }
}

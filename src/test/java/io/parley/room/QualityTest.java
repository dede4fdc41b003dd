package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerEvent.ReceiveStats;
import io.parley.webrtc.ortc.SourceId;
import java.util.List;
import livekit.LivekitModels.ConnectionQuality;
import livekit.LivekitRtc.ConnectionQualityInfo;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

class QualityTest {
    private static QualityScore.Window window(long packets, long lost, double distance) {
        return new QualityScore.Window(5, packets, lost, 10, distance, 0, 0);
    }

    @Test
    void fallsFasterThanItRises() {
        var score = new QualityScore();
        score.onWindow(window(950, 50, 0));
        assertThat(score.score()).isCloseTo(100 - 0.8 * 50, within(0.01));
        score.onWindow(window(1000, 0, 0));
        assertThat(score.score()).isCloseTo(60 + 0.4 * 40, within(0.01));
    }

    @Test
    void eachMissingLayerCosts35() {
        var score = new QualityScore();
        score.onWindow(window(1000, 0, 1));
        assertThat(score.score()).isCloseTo(100 - 0.8 * 35, within(0.01));
    }

    @Test
    void delayCountsLittleUntilItIsLong() {
        var score = new QualityScore();
        score.onWindow(new QualityScore.Window(5, 1000, 0, 10, 0, 400, 0));
        assertThat(score.score()).isCloseTo(100 - 0.8 * 8, within(0.01));
    }

    @Test
    void silenceIsPoorAndASilentLinkIsLost() {
        var score = new QualityScore();
        score.onSilentWindow(false);
        assertThat(QualityScore.quality(score.score())).isEqualTo(ConnectionQuality.POOR);
        score.onSilentWindow(true);
        assertThat(QualityScore.quality(score.score())).isEqualTo(ConnectionQuality.LOST);
        score.onMuted();
        assertThat(score.score()).isEqualTo(20);
    }

    @Test
    void classesAndOpinionScores() {
        assertThat(QualityScore.quality(80.1)).isEqualTo(ConnectionQuality.EXCELLENT);
        assertThat(QualityScore.quality(80)).isEqualTo(ConnectionQuality.GOOD);
        assertThat(QualityScore.quality(40)).isEqualTo(ConnectionQuality.POOR);
        assertThat(QualityScore.mos(100)).isEqualTo(4.5f);
        assertThat(QualityScore.mos(20)).isCloseTo(1.252f, within(0.001f));
        assertThat(Qualities.weight("audio/opus")).isCloseTo(5.33, within(0.01));
    }

    @Test
    void everybodyHearsWhenSomethingChanged() {
        var bench = new RoomBench();
        var alice = bench.client("alice").joinActive();
        alice.publish(TestClient.microphone("m"));
        var bob = bench.client("bob").joinActive();
        var old = bench.client("old").protocol(10).joinActive();
        bench.advanceSeconds(5);
        var first =
                bob.last(MessageCase.CONNECTION_QUALITY).getConnectionQuality().getUpdatesList();
        assertThat(first)
                .extracting(ConnectionQualityInfo::getParticipantSid)
                .containsExactly(bob.sid(), alice.sid());
        assertThat(first.getLast().getQuality()).isEqualTo(ConnectionQuality.EXCELLENT);
        assertThat(first.getLast().getScore()).isEqualTo(4.5f);
        bench.advanceSeconds(10);
        assertThat(bob.all(MessageCase.CONNECTION_QUALITY)).hasSize(1);
        assertThat(alice.publisher().all(PeerCommand.ReportStats.class)).isNotEmpty();

        var source =
                alice.publisher().all(PeerCommand.Receive.class).getFirst().parameters().source();
        var nothing = new ReceiveStats(source, "audio/opus", 0, 0, 0, 0, -1);
        alice.publisher().say(new PeerEvent.StatsReported(List.of(nothing), List.of()));
        bench.advanceSeconds(5);
        assertThat(quality(bob)).isEqualTo(ConnectionQuality.LOST);
        assertThat(quality(old)).isEqualTo(ConnectionQuality.POOR);
        var carol = bench.client("carol").join();
        assertThat(
                        carol.last(MessageCase.CONNECTION_QUALITY)
                                .getConnectionQuality()
                                .getUpdates(0)
                                .getQuality())
                .isEqualTo(ConnectionQuality.LOST);
    }

    private static ConnectionQuality quality(TestClient client) {
        return client.last(MessageCase.CONNECTION_QUALITY)
                .getConnectionQuality()
                .getUpdatesList()
                .getLast()
                .getQuality();
    }

    @Test
    void layersCountFromWhenTheyAreMissed() {
        var layers = new PublishedLayers();
        layers.want(0, 2);
        assertThat(layers.takeDistance(10)).isZero();
        for (int layer = 0; layer < 3; layer++) {
            layers.onStarted(10, layer);
        }
        assertThat(layers.takeDistance(20)).isZero();
        layers.onStopped(25, 2);
        assertThat(layers.takeDistance(30)).isEqualTo(0.5);
        layers.onStopped(30, 1);
        assertThat(layers.takeDistance(40)).isEqualTo(2);
        layers.want(45, 0);
        assertThat(layers.takeDistance(50)).isEqualTo(1);
        layers.want(50, -1);
        layers.onStopped(50, 0);
        assertThat(layers.takeDistance(60)).isZero();
    }

    @Test
    void aPublisherThatSendsTooFewLayersIsNotExcellent() {
        var bench = new RoomBench();
        var alice = bench.client("alice").joinActive();
        alice.publish(TestClient.camera("c"));
        bench.client("bob").joinActive();
        var source =
                alice.publisher().all(PeerCommand.Receive.class).getFirst().parameters().source();
        for (int layer = 0; layer < 3; layer++) {
            alice.publisher()
                    .say(new PeerEvent.LayerStarted(source, layer, "video/VP8", layer, "q"));
        }
        assertThat(qualityAfter(bench, alice, source)).isEqualTo(ConnectionQuality.EXCELLENT);
        alice.publisher().say(new PeerEvent.LayerStopped(source, 2));
        assertThat(qualityAfter(bench, alice, source)).isEqualTo(ConnectionQuality.GOOD);
    }

    private static ConnectionQuality qualityAfter(
            RoomBench bench, TestClient client, SourceId source) {
        bench.advanceMs(4_800);
        var stats = new ReceiveStats(source, "video/VP8", 1000, 0, 0, 0, -1);
        client.publisher().say(new PeerEvent.StatsReported(List.of(stats), List.of()));
        bench.advanceMs(200);
        return client.last(MessageCase.CONNECTION_QUALITY)
                .getConnectionQuality()
                .getUpdates(0)
                .getQuality();
    }
}

package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.webrtc.ortc.SourceId;
import livekit.LivekitModels.BackupCodecPolicy;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SimulcastCodec;
import livekit.LivekitRtc.SubscribedCodec;
import livekit.LivekitRtc.UpdateSubscription;
import org.junit.jupiter.api.Test;

/// Tracks of more than one codec.
class CodecsTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();
    private final TestClient bob = bench.client("bob").joinActive();

    private static SimulcastCodec.Builder codec(String name, String cid) {
        return SimulcastCodec.newBuilder().setCodec(name).setCid(cid);
    }

    private TrackInfo publishWithBackup(BackupCodecPolicy policy) {
        var track =
                alice.publish(
                        TestClient.camera("c")
                                .setBackupCodecPolicy(policy)
                                .addSimulcastCodecs(codec("vp8", "c"))
                                .addSimulcastCodecs(codec("h264", "")));
        settle();
        return track;
    }

    private void publishBackup(TrackInfo track) {
        alice.videoCodec = "H264";
        alice.publish(
                TestClient.camera("c2")
                        .setSid(track.getSid())
                        .addSimulcastCodecs(codec("h264", "c2")));
        settle();
    }

    private void settle() {
        bench.advanceMs(200);
        bob.answer();
    }

    private SourceId sentToBob() {
        return bob.subscriber().all(PeerCommand.Send.class).getLast().parameters().source();
    }

    private SourceId received(int index) {
        return alice.publisher().all(PeerCommand.Receive.class).get(index).parameters().source();
    }

    /// Which qualities the publisher was last asked for, of the codec of that name.
    private long wanted(String name) {
        var update = alice.last(MessageCase.SUBSCRIBED_QUALITY_UPDATE).getSubscribedQualityUpdate();
        return update.getSubscribedCodecsList().stream()
                .filter(each -> each.getCodec().equals(name))
                .map(SubscribedCodec::getQualitiesList)
                .flatMap(qualities -> qualities.stream().filter(each -> each.getEnabled()))
                .count();
    }

    private void rejectPrimary() {
        var id = bob.subscriber().all(PeerCommand.Send.class).getLast().parameters().id();
        bob.subscriber().say(new PeerEvent.SendUnsupported(id, "video/VP8"));
    }

    @Test
    void everybodyMovesToTheBackupWhereThatIsPreferred() {
        var track = publishWithBackup(BackupCodecPolicy.PREFER_REGRESSION);
        assertThat(sentToBob()).isEqualTo(received(0));
        publishBackup(track);
        assertThat(sentToBob()).isEqualTo(received(1)).isNotEqualTo(received(0));
        bench.advanceSeconds(30);
        assertThat(wanted("vp8")).isZero();
        assertThat(wanted("h264")).isEqualTo(3);
        var carol = bench.client("carol").joinActive();
        assertThat(carol.subscriber().all(PeerCommand.Send.class).getFirst().parameters().source())
                .isEqualTo(received(1));
    }

    @Test
    void theyComeBackWhenTheBackupEnds() {
        var track = publishWithBackup(BackupCodecPolicy.REGRESSION);
        publishBackup(track);
        int at = alice.sections.lastIndexOf("a=sendonly");
        alice.sections.replace(at, at + 10, "a=inactive");
        alice.offer();
        settle();
        assertThat(sentToBob()).isEqualTo(received(0));
        bench.advanceSeconds(11);
        assertThat(wanted("vp8")).isEqualTo(3);
        assertThat(wanted("h264")).isZero();
    }

    @Test
    void bothCodecsGoOnWhereThePublisherWantsThat() {
        var both = publishWithBackup(BackupCodecPolicy.SIMULCAST);
        publishBackup(both);
        assertThat(sentToBob()).isEqualTo(received(0));
    }

    @Test
    void aLargeRoomDoesNotRegressUnlessThePublisherSaysSo() {
        var track = publishWithBackup(BackupCodecPolicy.PREFER_REGRESSION);
        for (int i = 0; i < 3; i++) {
            bench.client("more" + i).joinActive();
        }
        bench.advanceMs(200);
        alice.videoCodec = "H264";
        alice.publish(
                TestClient.camera("c2")
                        .setSid(track.getSid())
                        .addSimulcastCodecs(codec("h264", "c2")));
        bench.advanceMs(200);
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).isEmpty();
    }

    @Test
    void aBackupThatNobodyWaitsForAnyMoreIsNotAskedFor() {
        var track = publishWithBackup(BackupCodecPolicy.PREFER_REGRESSION);
        rejectPrimary();
        assertThat(wanted("h264")).isEqualTo(3);
        bob.asks()
                .onSubscription(
                        bench.nowNs,
                        UpdateSubscription.newBuilder().addTrackSids(track.getSid()).build());
        bench.advanceSeconds(20);
        assertThat(wanted("h264")).isZero();
    }

    @Test
    void aBackupIsNotAskedForByThoseWhoLeft() {
        publishWithBackup(BackupCodecPolicy.PREFER_REGRESSION);
        rejectPrimary();
        bench.room.endings().signalClosed(bench.nowNs, bob.participant());
        bench.advanceSeconds(20);
        assertThat(wanted("h264")).isZero();
    }

    @Test
    void aTrackThatEndedIsNotSpokenOfAnyMore() {
        publishWithBackup(BackupCodecPolicy.PREFER_REGRESSION);
        bench.advanceSeconds(11);
        alice.sections.replace(
                alice.sections.indexOf("a=sendonly"),
                alice.sections.indexOf("a=sendonly") + 10,
                "a=inactive");
        alice.offer();
        alice.forget();
        bench.advanceSeconds(10);
        assertThat(alice.has(MessageCase.SUBSCRIBED_QUALITY_UPDATE)).isFalse();
    }

    @Test
    void thePublisherOfTwoVoicesHearsWhichIsWanted() {
        var mic =
                alice.publish(
                        TestClient.microphone("m")
                                .addSimulcastCodecs(codec("opus", "m"))
                                .addSimulcastCodecs(codec("PCMU", "m2")));
        settle();
        alice.section("audio", "m2", "sendonly").offer();
        settle();
        bench.advanceSeconds(11);
        var update =
                alice.last(MessageCase.SUBSCRIBED_AUDIO_CODEC_UPDATE)
                        .getSubscribedAudioCodecUpdate();
        assertThat(update.getTrackSid()).isEqualTo(mic.getSid());
        assertThat(update.getSubscribedAudioCodecsList())
                .extracting(each -> each.getCodec() + " " + each.getEnabled())
                .first()
                .isEqualTo("opus true");
        assertThat(alice.has(MessageCase.SUBSCRIBED_QUALITY_UPDATE)).isFalse();
    }

    @Test
    void aVoiceOfOneCodecNeedsNoSuchWords() {
        alice.publish(TestClient.microphone("m"));
        bench.advanceSeconds(11);
        assertThat(alice.has(MessageCase.SUBSCRIBED_AUDIO_CODEC_UPDATE)).isFalse();
    }

    @Test
    void whatTheClientIsNotToPublishIsReplacedToo() {
        var fox = bench.client("fox");
        fox.session.getClientBuilder().setBrowser("firefox").setOs("linux");
        fox.joinActive();
        AddTrackRequest request =
                TestClient.camera("c").addSimulcastCodecs(codec("h264", "c")).build();
        fox.asks().onAddTrack(bench.nowNs, request);
        var told = fox.last(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack();
        assertThat(told.getCodecs(0).getMimeType()).isEqualTo("video/VP8");
    }
}

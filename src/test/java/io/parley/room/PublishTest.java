package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import livekit.LivekitModels.AudioTrackFeature;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SimulcastCodec;
import livekit.LivekitRtc.UpdateLocalAudioTrack;
import livekit.LivekitRtc.UpdateLocalVideoTrack;
import org.junit.jupiter.api.Test;

@SuppressWarnings("deprecation") // fields that old clients still read
class PublishTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();

    private RequestResponse refusal() {
        return alice.last(MessageCase.REQUEST_RESPONSE).getRequestResponse();
    }

    private void add(AddTrackRequest.Builder request) {
        alice.asks().onAddTrack(bench.nowNs, request.build());
    }

    @Test
    void theAnswerToAddTrackDescribesTheTrack() {
        add(
                TestClient.camera("c")
                        .setWidth(1280)
                        .setHeight(720)
                        .addLayers(
                                VideoLayer.newBuilder().setQuality(VideoQuality.LOW).setHeight(180))
                        .addLayers(
                                VideoLayer.newBuilder()
                                        .setQuality(VideoQuality.HIGH)
                                        .setHeight(720)));
        var published = alice.last(MessageCase.TRACK_PUBLISHED).getTrackPublished();
        var track = published.getTrack();
        assertThat(published.getCid()).isEqualTo("c");
        assertThat(track.getSid()).startsWith("TR_VC").hasSize(17);
        assertThat(track.getStream()).isEqualTo("camera");
        assertThat(track.getSimulcast()).isTrue();
        assertThat(track.getCodecsList()).hasSize(1);
        assertThat(track.getCodecs(0).getMimeType()).isEmpty();
        assertThat(track.getCodecs(0).getCid()).isEqualTo("c");
        assertThat(track.getCodecs(0).getVideoLayerMode())
                .isEqualTo(VideoLayer.Mode.ONE_SPATIAL_LAYER_PER_STREAM);
        assertThat(track.getMimeType()).isEmpty();
        assertThat(track.getVersion().getUnixMicro()).isPositive();
        assertThat(alice.participant().info().getTracksList()).isEmpty();
    }

    @Test
    void codecsNotEnabledAreReplacedAndSvcIsRecognised() {
        add(
                TestClient.camera("c")
                        .addSimulcastCodecs(SimulcastCodec.newBuilder().setCodec("vp9").setCid("c"))
                        .addSimulcastCodecs(SimulcastCodec.newBuilder().setCodec("theora")));
        var track = alice.last(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack();
        assertThat(track.getCodecsList())
                .extracting(codec -> codec.getMimeType())
                .containsExactly("video/VP9", "video/VP8");
        assertThat(track.getCodecs(0).getVideoLayerMode())
                .isEqualTo(VideoLayer.Mode.MULTIPLE_SPATIAL_LAYERS_PER_STREAM);
        assertThat(track.getSimulcast()).isFalse();
    }

    @Test
    void audioFeaturesFollowTheDeprecatedFlags() {
        add(TestClient.microphone("m").setStereo(true).setDisableDtx(true));
        var track = alice.last(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack();
        assertThat(track.getSid()).startsWith("TR_AM");
        assertThat(track.getAudioFeaturesList())
                .containsExactly(AudioTrackFeature.TF_STEREO, AudioTrackFeature.TF_NO_DTX);
    }

    @Test
    void refusalsHaveTheirReasons() {
        add(AddTrackRequest.newBuilder().setCid("d").setType(TrackType.DATA));
        assertThat(refusal().getReason()).isEqualTo(Reason.UNSUPPORTED_TYPE);
        assertThat(refusal().getAddTrack().getCid()).isEqualTo("d");
        add(TestClient.camera("x").setSid("TR_none"));
        assertThat(refusal().getReason()).isEqualTo(Reason.NOT_FOUND);
        add(TestClient.camera("c"));
        for (int i = 0; i < PendingTracks.MAX_QUEUED; i++) {
            add(TestClient.camera("c"));
            assertThat(refusal().getReason()).isEqualTo(Reason.QUEUED);
        }
        add(TestClient.camera("c"));
        assertThat(refusal().getReason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        for (int i = 0; i < PendingTracks.MAX_PENDING; i++) {
            add(TestClient.camera("c" + i));
        }
        assertThat(refusal().getReason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(alice.all(MessageCase.TRACK_PUBLISHED)).hasSize(PendingTracks.MAX_PENDING);
    }

    @Test
    void sourcesThatAreNotAllowedAreRefused() {
        var bob = bench.client("bob").video("\"canPublishSources\":[\"microphone\"]").joinActive();
        bob.asks().onAddTrack(bench.nowNs, TestClient.camera("c").build());
        assertThat(bob.last(MessageCase.REQUEST_RESPONSE).getRequestResponse().getReason())
                .isEqualTo(Reason.NOT_ALLOWED);
        bob.asks().onAddTrack(bench.nowNs, TestClient.microphone("m").build());
        assertThat(bob.has(MessageCase.TRACK_PUBLISHED)).isTrue();
    }

    @Test
    void oldRustClientsHearNoRefusal() {
        var bob = bench.client("bob").protocol(9);
        bob.session.getClientBuilder().setSdk(ClientInfo.SDK.RUST);
        bob.joinActive();
        bob.asks()
                .onAddTrack(
                        bench.nowNs, AddTrackRequest.newBuilder().setType(TrackType.DATA).build());
        assertThat(bob.has(MessageCase.REQUEST_RESPONSE)).isFalse();
    }

    @Test
    void everybodySeesTheTrackWhenItsMediaIsNegotiated() {
        var bob = bench.client("bob").joinActive();
        bob.forget();
        var track = alice.publish(TestClient.microphone("m"));

        var seen = bob.told("alice").getLast();
        assertThat(seen.getIsPublisher()).isTrue();
        assertThat(seen.getTracks(0).getSid()).isEqualTo(track.getSid());
        assertThat(seen.getTracks(0).getMimeType()).isEqualTo("audio/opus");
        assertThat(seen.getTracks(0).getMid()).isEqualTo("0");
        assertThat(bench.events(RoomEvent.TrackPublished.class)).hasSize(1);
        var receive = alice.publisher().all(PeerCommand.Receive.class).getFirst().parameters();
        assertThat(receive.mid()).isEqualTo("0");
        assertThat(receive.traits().microphone()).isTrue();
    }

    @Test
    void mediaMayComeBeforeItsRequest() {
        alice.section("audio", "m", "sendonly").offer();
        assertThat(alice.participant().info().getTracksList()).isEmpty();
        add(TestClient.microphone("m"));
        assertThat(alice.participant().info().getTracksList()).hasSize(1);
    }

    @Test
    void goVideoCountsWhenItsPacketsCome() {
        var bob = bench.client("bob");
        bob.session.getClientBuilder().setSdk(ClientInfo.SDK.GO);
        bob.joinActive();
        bob.publish(TestClient.microphone("m"));
        assertThat(bob.participant().info().getTracksList()).hasSize(1);
        bob.publish(TestClient.camera("c"));
        assertThat(bob.participant().info().getTracksList()).hasSize(1);
        var source = bob.publisher().all(PeerCommand.Receive.class).getLast().parameters().source();
        bob.publisher().say(new PeerEvent.LayerStarted(source, 0, "video/VP8", 5, ""));
        assertThat(bob.participant().info().getTracksList()).hasSize(2);
    }

    @Test
    void anotherIdInTheSdpIsRemembered() {
        add(TestClient.microphone("m"));
        alice.offerSdp();
        alice.section("audio", "other", "sendonly").offer();
        var codec = alice.participant().info().getTracks(0).getCodecs(0);
        assertThat(codec.getCid()).isEqualTo("m");
        assertThat(codec.getSdpCid()).isEqualTo("other");
    }

    @Test
    void mutingTellsEverybodyAndTheMediaSide() {
        var bob = bench.client("bob").joinActive();
        var track = alice.publish(TestClient.microphone("m"));
        bob.forget();
        alice.asks().onMute(bench.nowNs, mute(track.getSid()));
        assertThat(bob.told("alice").getLast().getTracks(0).getMuted()).isTrue();
        assertThat(bob.has(MessageCase.MUTE)).isFalse();
        assertThat(alice.publisher().all(PeerCommand.MuteSource.class).getLast().muted()).isTrue();
        alice.asks().onMute(bench.nowNs, mute("TR_none"));
        assertThat(refusal().getReason()).isEqualTo(Reason.NOT_FOUND);
        assertThat(refusal().getMute().getSid()).isEqualTo("TR_none");
    }

    private static MuteTrackRequest mute(String sid) {
        return MuteTrackRequest.newBuilder().setSid(sid).setMuted(true).build();
    }

    @Test
    void aSectionThatEndsUnpublishesAndLetsTheNextRequestIn() {
        var bob = bench.client("bob").joinActive();
        alice.publish(TestClient.microphone("m"));
        add(TestClient.microphone("m"));
        assertThat(refusal().getReason()).isEqualTo(Reason.QUEUED);
        bob.forget();

        int at = alice.sections.indexOf("a=sendonly");
        alice.sections.replace(at, at + 10, "a=inactive");
        alice.offer();

        assertThat(bob.told("alice").getLast().getTracksList()).isEmpty();
        assertThat(alice.publisher().all(PeerCommand.StopReceive.class)).hasSize(1);
        assertThat(alice.all(MessageCase.TRACK_PUBLISHED)).hasSize(2);
        assertThat(bench.events(RoomEvent.TrackUnpublished.class)).hasSize(1);
    }

    @Test
    void featuresAndSizesAreReplaced() {
        var mic = alice.publish(TestClient.microphone("m"));
        alice.asks()
                .onUpdateAudioTrack(
                        bench.nowNs,
                        UpdateLocalAudioTrack.newBuilder()
                                .setTrackSid(mic.getSid())
                                .addFeatures(AudioTrackFeature.TF_STEREO)
                                .build());
        assertThat(alice.participant().info().getTracks(0).getAudioFeaturesList())
                .containsExactly(AudioTrackFeature.TF_STEREO);
        alice.asks()
                .onUpdateVideoTrack(
                        bench.nowNs,
                        UpdateLocalVideoTrack.newBuilder().setTrackSid("TR_none").build());
        assertThat(refusal().getReason()).isEqualTo(Reason.NOT_FOUND);
    }

    @Test
    void screenSharesHaveTheirLetters() {
        add(TestClient.camera("s").setSource(TrackSource.SCREEN_SHARE));
        var track = alice.last(MessageCase.TRACK_PUBLISHED).getTrackPublished().getTrack();
        assertThat(track.getSid()).startsWith("TR_VS");
        assertThat(track.getStream()).isEqualTo("screen");
    }

    @Test
    void anUnreadableOfferEndsInAFullReconnect() {
        alice.asks().onOffer(bench.nowNs, TestClient.description("offer", "nonsense", 1));
        assertThat(alice.last(MessageCase.LEAVE).getLeave().getActionValue()).isEqualTo(2);
        assertThat(bench.participant("alice")).isNull();
    }

    @Test
    void tracksWhoseMediaNeverComesMakeRoomForOthers() {
        alice.offer();
        alice.publisher().connect();
        for (int i = 0; i < PendingTracks.MAX_PENDING; i++) {
            add(TestClient.camera("c" + i));
        }
        bench.advanceSeconds(29);
        add(TestClient.camera("more"));
        assertThat(refusal().getReason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        bench.advanceSeconds(1);
        add(TestClient.camera("more"));
        var told = alice.last(MessageCase.TRACK_PUBLISHED).getTrackPublished();
        assertThat(told.getCid()).isEqualTo("more");
        assertThat(alice.all(MessageCase.TRACK_UNPUBLISHED)).hasSize(PendingTracks.MAX_PENDING);

        alice.section("video", "c1", "sendonly").offer();
        assertThat(alice.participant().info().getTracksList()).isEmpty();
        add(TestClient.camera("c1"));
        assertThat(alice.participant().info().getTracksList()).hasSize(1);
    }

    @Test
    void mutedTracksMayTakeTheirTime() {
        for (int i = 0; i < PendingTracks.MAX_PENDING; i++) {
            add(TestClient.camera("c" + i).setMuted(true));
        }
        bench.advanceSeconds(31);
        add(TestClient.camera("more"));
        assertThat(refusal().getReason()).isEqualTo(Reason.LIMIT_EXCEEDED);
        assertThat(alice.has(MessageCase.TRACK_UNPUBLISHED)).isFalse();
    }
}

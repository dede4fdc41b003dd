package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.PlayoutDelay;
import io.parley.webrtc.ortc.SendTraits;
import java.util.List;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.ClientInfo.Capability;
import livekit.LivekitModels.Encryption;
import livekit.LivekitModels.PacketTrailerFeature;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SimulcastCodec;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.TrackPermission;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.junit.jupiter.api.Test;

class SubscribeTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();

    @SuppressWarnings("deprecation") // layers of the request
    private static AddTrackRequest.Builder simulcast(String cid) {
        return TestClient.camera(cid)
                .addLayers(layer(VideoQuality.LOW, 320, 180))
                .addLayers(layer(VideoQuality.MEDIUM, 640, 360))
                .addLayers(layer(VideoQuality.HIGH, 1280, 720));
    }

    private static VideoLayer.Builder layer(VideoQuality quality, int width, int height) {
        return VideoLayer.newBuilder().setQuality(quality).setWidth(width).setHeight(height);
    }

    private static UpdateSubscription wish(String sid, boolean subscribe) {
        return UpdateSubscription.newBuilder().addTrackSids(sid).setSubscribe(subscribe).build();
    }

    private LayerWish lastWish(TestClient client) {
        return client.subscriber().all(PeerCommand.SetLayerWish.class).getLast().wish();
    }

    @Test
    void aNewTrackIsOfferedAfterTheUpdateAndForwardedAfterTheAnswer() {
        var bob = bench.client("bob").joinActive();
        bob.forget();
        var track = alice.publish(TestClient.microphone("m"));
        assertThat(bob.has(MessageCase.OFFER)).isFalse();
        bench.advanceMs(150);

        assertThat(bob.order().indexOf(MessageCase.UPDATE))
                .isLessThan(bob.order().indexOf(MessageCase.OFFER));
        var offer = bob.last(MessageCase.OFFER).getOffer();
        assertThat(offer.getMidToTrackIdMap()).containsValue(track.getSid());
        assertThat(bob.subscriber().all(PeerCommand.Send.class)).isEmpty();
        bob.answer();
        var send = bob.subscriber().all(PeerCommand.Send.class).getFirst();
        assertThat(send.parameters().source())
                .isEqualTo(
                        alice.publisher()
                                .all(PeerCommand.Receive.class)
                                .getFirst()
                                .parameters()
                                .source());
        assertThat(send.wish()).isEqualTo(LayerWish.ALL);
        assertThat(alice.last(MessageCase.TRACK_SUBSCRIBED).getTrackSubscribed().getTrackSid())
                .isEqualTo(track.getSid());
        assertThat(
                        bob.last(MessageCase.SUBSCRIPTION_PERMISSION_UPDATE)
                                .getSubscriptionPermissionUpdate()
                                .getAllowed())
                .isTrue();
    }

    @Test
    void aSingleClientIsAskedForSectionsAndOffersThem() {
        var bob = bench.client("bob").single().joinActive();
        var track = alice.publish(TestClient.microphone("m"));
        bench.advanceMs(150);
        var needed = bob.last(MessageCase.MEDIA_SECTIONS_REQUIREMENT).getMediaSectionsRequirement();
        assertThat(needed.getNumAudios()).isEqualTo(1);
        assertThat(needed.getNumVideos()).isZero();
        assertThat(bob.has(MessageCase.OFFER)).isFalse();

        var answer = bob.section("audio", "", "recvonly").offer();
        assertThat(answer.getMidToTrackIdMap()).containsEntry("1", track.getSid());
        assertThat(bob.publisher().all(PeerCommand.Send.class)).hasSize(1);
        assertThat(bob.all(MessageCase.MEDIA_SECTIONS_REQUIREMENT)).hasSize(1);
    }

    @Test
    void changesThatComeTogetherMakeOneOffer() {
        var bob = bench.client("bob").joinActive();
        bob.forget();
        alice.publish(TestClient.microphone("m"));
        alice.publish(TestClient.camera("c"));
        bench.advanceMs(200);
        assertThat(bob.all(MessageCase.OFFER)).hasSize(1);
        alice.publish(TestClient.microphone("m2"));
        bench.advanceMs(200);
        assertThat(bob.all(MessageCase.OFFER)).hasSize(1);
        bob.answer();
        bench.advanceMs(200);
        assertThat(bob.all(MessageCase.OFFER)).hasSize(2);
        assertThat(bob.last(MessageCase.OFFER).getOffer().getMidToTrackIdMap()).hasSize(3);
    }

    @Test
    void anOfferThatIsNeverAnsweredEndsInAFullReconnect() {
        var bob = bench.client("bob").joinActive();
        alice.publish(TestClient.microphone("m"));
        bench.advanceSeconds(16);
        assertThat(bob.last(MessageCase.LEAVE).getLeave().getActionValue()).isEqualTo(2);
        assertThat(bench.participant("bob")).isNull();
    }

    @Test
    void unsubscribingStopsForwarding() {
        var bob = bench.client("bob").joinActive();
        var track = alice.publish(TestClient.microphone("m"));
        bench.advanceMs(150);
        bob.answer();
        bob.asks().onSubscription(bench.nowNs, wish(track.getSid(), false));
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).hasSize(1);
        bench.advanceMs(200);
        assertThat(bob.last(MessageCase.OFFER).getOffer().getMidToTrackIdMap()).isEmpty();
    }

    @Test
    void withoutAutoSubscribeNothingComesUnasked() {
        var bob = bench.client("bob");
        bob.session.setAutoSubscribe(false);
        bob.joinActive();
        var track = alice.publish(TestClient.microphone("m"));
        bench.advanceMs(200);
        assertThat(bob.all(MessageCase.OFFER)).hasSize(1);
        bob.asks().onSubscription(bench.nowNs, wish(track.getSid(), true));
        bench.advanceMs(200);
        assertThat(bob.all(MessageCase.OFFER)).hasSize(2);
    }

    @Test
    void anUnknownTrackIsGivenUpAfterAMinuteAndSaidOnce() {
        var bob = bench.client("bob").joinActive();
        bob.asks().onSubscription(bench.nowNs, wish("TR_none", true));
        bench.advanceSeconds(59);
        assertThat(bob.has(MessageCase.SUBSCRIPTION_RESPONSE)).isFalse();
        bench.advanceSeconds(30);
        assertThat(bob.all(MessageCase.SUBSCRIPTION_RESPONSE)).hasSize(1);
        assertThat(bob.last(MessageCase.SUBSCRIPTION_RESPONSE).getSubscriptionResponse().getErr())
                .isEqualTo(SubscriptionError.SE_TRACK_NOTFOUND);
    }

    @Test
    void aCodecThatTheClientDoesNotTakeIsSaid() {
        var bob = bench.client("bob").joinActive();
        alice.publish(TestClient.microphone("m"));
        bench.advanceMs(150);
        bob.answer();
        var id = bob.subscriber().all(PeerCommand.Send.class).getFirst().parameters().id();
        bob.subscriber().say(new PeerEvent.SendUnsupported(id, "audio/opus"));
        assertThat(bob.last(MessageCase.SUBSCRIPTION_RESPONSE).getSubscriptionResponse().getErr())
                .isEqualTo(SubscriptionError.SE_CODEC_UNSUPPORTED);
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).hasSize(1);
    }

    @Test
    void settingsSettleFor100msUnlessTheTrackAppears() {
        var bob = bench.client("bob").joinActive();
        var track = alice.publish(simulcast("c"));
        bench.advanceMs(150);
        bob.answer();
        var settings = UpdateTrackSettings.newBuilder().addTrackSids(track.getSid());
        bob.asks().onTrackSetting(bench.nowNs, settings.setQuality(VideoQuality.MEDIUM).build());
        bench.advanceMs(99);
        assertThat(bob.subscriber().all(PeerCommand.SetLayerWish.class)).isEmpty();
        bob.asks().onTrackSetting(bench.nowNs, settings.setQuality(VideoQuality.LOW).build());
        bench.advanceMs(1);
        assertThat(lastWish(bob)).isEqualTo(new LayerWish(false, 0, 3));
        bob.asks().onTrackSetting(bench.nowNs, settings.setDisabled(true).build());
        bench.advanceMs(100);
        assertThat(lastWish(bob).disabled()).isTrue();
        bob.asks()
                .onTrackSetting(
                        bench.nowNs,
                        settings.setDisabled(false).setWidth(600).setHeight(340).build());
        assertThat(lastWish(bob)).isEqualTo(new LayerWish(false, 1, 3));
    }

    @Test
    void anAdaptiveStreamStartsSmall() {
        var bob = bench.client("bob");
        bob.session.setAdaptiveStream(true);
        bob.joinActive();
        alice.publish(simulcast("c"));
        bench.advanceMs(150);
        bob.answer();
        assertThat(bob.subscriber().all(PeerCommand.Send.class).getFirst().wish().maxSpatial())
                .isZero();
    }

    @Test
    void anAdaptiveClientSaysAgainWhatItSeesOnceBound() {
        var bob = bench.client("bob");
        bob.session.setAdaptiveStream(true);
        bob.joinActive();
        var track = alice.publish(simulcast("c"));
        bench.advanceMs(150);
        var settings = UpdateTrackSettings.newBuilder().addTrackSids(track.getSid());
        bob.asks().onTrackSetting(bench.nowNs, settings.setDisabled(true).build());
        bench.advanceMs(100);
        bob.answer();
        assertThat(firstSend(bob).wish().disabled()).isFalse();
        bob.asks().onTrackSetting(bench.nowNs, settings.build());
        bench.advanceMs(100);
        assertThat(lastWish(bob).disabled()).isTrue();
    }

    @Test
    void othersStayDisabled() {
        var bob = bench.client("bob").joinActive();
        var track = alice.publish(simulcast("c"));
        bench.advanceMs(150);
        var settings = UpdateTrackSettings.newBuilder().addTrackSids(track.getSid());
        bob.asks().onTrackSetting(bench.nowNs, settings.setDisabled(true).build());
        bob.answer();
        assertThat(firstSend(bob).wish().disabled()).isTrue();
    }

    @Test
    void sizesSeenInTheMediaCountWhereNoneWereAnnounced() {
        var bob = bench.client("bob").joinActive();
        var track = alice.publish(TestClient.camera("c"));
        bench.advanceMs(150);
        bob.answer();
        var settings = UpdateTrackSettings.newBuilder().addTrackSids(track.getSid());
        bob.asks().onTrackSetting(bench.nowNs, settings.setWidth(480).setHeight(270).build());
        bench.advanceMs(100);
        assertThat(lastWish(bob).maxSpatial()).isEqualTo(1);
        var source = firstSend(bob).parameters().source();
        alice.publisher().say(new PeerEvent.VideoSizeChanged(source, 0, 480, 270));
        assertThat(lastWish(bob).maxSpatial()).isZero();
        alice.publisher().say(new PeerEvent.VideoSizeChanged(source, 1, 960, 540));
        alice.publisher().say(new PeerEvent.VideoSizeChanged(source, 0, 240, 135));
        assertThat(lastWish(bob).maxSpatial()).isEqualTo(1);
        assertThat(alice.participant().tracks().published().iterator().next().info().getHeight())
                .isEqualTo(540);
    }

    @Test
    void packetTrailersAreTakenOffForThoseWhoDoNotKnowThem() {
        var bob = bench.client("bob").joinActive();
        var carol = bench.client("carol");
        carol.session.getClientBuilder().addCapabilities(Capability.CAP_PACKET_TRAILER);
        carol.joinActive();
        alice.publish(
                TestClient.camera("c").addPacketTrailerFeatures(PacketTrailerFeature.PTF_FRAME_ID));
        alice.publish(TestClient.camera("plain"));
        bench.advanceMs(150);
        bob.answer();
        carol.answer();
        assertThat(sends(bob)).extracting(SendTraits::stripsTrailers).containsExactly(true, false);
        assertThat(sends(carol)).noneMatch(SendTraits::stripsTrailers);
    }

    @Test
    void encryptedTracksAreForwardedWithTheTrailerThatClientsWereTold() {
        var bob = bench.client("bob").join();
        bob.answer();
        bob.subscriber().connect();
        alice.publish(TestClient.microphone("m").setEncryption(Encryption.Type.GCM));
        alice.publish(TestClient.microphone("plain"));
        bench.advanceMs(150);
        bob.answer();
        String trailer = bob.last(MessageCase.JOIN).getJoin().getSifTrailer().toStringUtf8();
        assertThat(trailer).isNotEmpty();
        assertThat(sends(bob)).extracting(SendTraits::ownFrameTrailer).containsExactly(trailer, "");
    }

    @Test
    void goClientsGetPacketsBeforeThereIsMedia() {
        var bob = bench.client("bob");
        bob.session.getClientBuilder().setSdk(ClientInfo.SDK.GO);
        bob.joinActive();
        alice.publish(TestClient.microphone("m"));
        var carol = bench.client("carol").joinActive();
        bench.advanceMs(150);
        bob.answer();
        assertThat(sends(bob)).allMatch(SendTraits::opensWithPadding);
        assertThat(sends(carol)).noneMatch(SendTraits::opensWithPadding);
    }

    @Test
    void theRoomsPlayoutDelayReachesVideo() {
        var other = new RoomBench();
        var carol = other.client("carol");
        carol.session.getCreateRoomBuilder().setMinPlayoutDelay(200);
        carol.joinActive();
        carol.publish(TestClient.camera("c").setSource(TrackSource.SCREEN_SHARE));
        carol.publish(TestClient.camera("c2"));
        carol.publish(TestClient.microphone("m"));
        var dave = other.client("dave").joinActive();
        assertThat(sends(dave))
                .extracting(SendTraits::playoutDelay)
                .containsExactlyInAnyOrder(
                        new PlayoutDelay(200, 10_000, false),
                        new PlayoutDelay(200, 10_000, true),
                        PlayoutDelay.NONE);
        assertThat(dave.last(MessageCase.OFFER).getOffer().getSdp()).contains("playout-delay");
    }

    @Test
    void firefoxIsNotAskedForDelayAndSynchronyAtOnce() {
        var other = new RoomBench();
        var carol = other.client("carol");
        carol.session.getCreateRoomBuilder().setMinPlayoutDelay(200).setSyncStreams(true);
        carol.joinActive().publish(TestClient.camera("c"));
        var dave = other.client("dave");
        dave.session.getClientBuilder().setBrowser("firefox");
        dave.joinActive();
        assertThat(dave.last(MessageCase.OFFER).getOffer().getSdp())
                .doesNotContain("playout-delay");
    }

    private static PeerCommand.Send firstSend(TestClient client) {
        return client.subscriber().all(PeerCommand.Send.class).getFirst();
    }

    private static List<SendTraits> sends(TestClient client) {
        return client.subscriber().all(PeerCommand.Send.class).stream()
                .map(send -> send.parameters().section().traits())
                .toList();
    }

    @Test
    void thePublisherMayDenyAndAllow() {
        var bob = bench.client("bob").joinActive();
        var track = alice.publish(TestClient.microphone("m"));
        bench.advanceMs(150);
        bob.answer();
        alice.asks()
                .onSubscriptionPermission(bench.nowNs, SubscriptionPermission.getDefaultInstance());
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).hasSize(1);
        var told =
                bob.last(MessageCase.SUBSCRIPTION_PERMISSION_UPDATE)
                        .getSubscriptionPermissionUpdate();
        assertThat(told.getAllowed()).isFalse();
        assertThat(told.getTrackSid()).isEqualTo(track.getSid());
        assertThat(told.getParticipantSid()).isEqualTo(alice.sid());

        alice.asks()
                .onSubscriptionPermission(
                        bench.nowNs,
                        SubscriptionPermission.newBuilder()
                                .addTrackPermissions(
                                        TrackPermission.newBuilder()
                                                .setParticipantIdentity("bob")
                                                .addTrackSids(track.getSid()))
                                .build());
        bench.advanceMs(200);
        bob.answer();
        assertThat(bob.subscriber().all(PeerCommand.Send.class)).hasSize(2);
    }

    @Test
    void aPermissionForNobodyChangesNothing() {
        var bob = bench.client("bob").joinActive();
        alice.publish(TestClient.microphone("m"));
        alice.asks()
                .onSubscriptionPermission(
                        bench.nowNs,
                        SubscriptionPermission.newBuilder()
                                .addTrackPermissions(
                                        TrackPermission.newBuilder().setParticipantSid("PA_x"))
                                .build());
        assertThat(bob.subscriber().all(PeerCommand.StopSend.class)).isEmpty();
    }

    @Test
    void tracksOfHiddenPublishersAreNotSubscribedUnasked() {
        var bob = bench.client("bob").joinActive();
        bench.client("ghost")
                .video("\"hidden\":true")
                .joinActive()
                .publish(TestClient.microphone("m"));
        bench.advanceMs(200);
        assertThat(bob.all(MessageCase.OFFER)).hasSize(1);
    }

    @Test
    void notBoundIn15SecondsIsSaidOnce() {
        var bob = bench.client("bob").single().joinActive();
        alice.publish(TestClient.microphone("m"));
        bench.advanceSeconds(40);
        assertThat(bob.all(MessageCase.SUBSCRIPTION_RESPONSE)).hasSize(1);
    }

    @Test
    void syncedStreamsShareTheirName() {
        var other = new RoomBench();
        var carol = other.client("carol");
        carol.session.getCreateRoomBuilder().setSyncStreams(true);
        carol.joinActive().publish(TestClient.microphone("m"));
        var dave = other.client("dave").join();
        assertThat(dave.last(MessageCase.OFFER).getOffer().getSdp())
                .contains(carol.sid() + "|camera");
    }

    @Test
    void candidatesWaitForTheirDescriptionAndBadOnesAreAnswered() {
        var bob = bench.client("bob").join();
        bob.asks()
                .onTrickle(
                        TrickleTest.trickle(
                                "{\"candidate\":\"candidate:9 1 udp 1 9.9.9.9 9 typ"
                                        + " host\",\"sdpMid\":\"0\"}",
                                1));
        bob.asks()
                .onTrickle(
                        TrickleTest.trickle(
                                "{\"candidate\":\"candidate:9 1 udp 1 x.local 9 typ host\"}", 1));
        assertThat(bob.subscriber().all(PeerCommand.AddRemoteCandidate.class)).isEmpty();
        bob.answer();
        assertThat(bob.subscriber().all(PeerCommand.AddRemoteCandidate.class)).hasSize(1);
        bob.asks().onTrickle(TrickleTest.trickle("nonsense", 1));
        var response = bob.last(MessageCase.REQUEST_RESPONSE).getRequestResponse();
        assertThat(response.getReasonValue()).isEqualTo(6);
        assertThat(response.getTrickle().getCandidateInit()).isEqualTo("nonsense");
    }

    @Test
    void whoDoesNotTakeTheCodecGetsTheBackup() {
        var bob = bench.client("bob").joinActive();
        var track =
                alice.publish(
                        TestClient.camera("c")
                                .addSimulcastCodecs(
                                        SimulcastCodec.newBuilder().setCodec("vp8").setCid("c"))
                                .addSimulcastCodecs(SimulcastCodec.newBuilder().setCodec("h264")));
        bench.advanceMs(150);
        bob.answer();
        var id = bob.subscriber().all(PeerCommand.Send.class).getFirst().parameters().id();
        bob.subscriber().say(new PeerEvent.SendUnsupported(id, "video/VP8"));
        assertThat(bob.has(MessageCase.SUBSCRIPTION_RESPONSE)).isFalse();
        var wanted = alice.last(MessageCase.SUBSCRIBED_QUALITY_UPDATE).getSubscribedQualityUpdate();
        assertThat(wanted.getSubscribedCodecs(1).getCodec()).isEqualTo("h264");
        assertThat(wanted.getSubscribedCodecs(1).getQualities(2).getEnabled()).isTrue();

        alice.publish(
                TestClient.camera("c2")
                        .setSid(track.getSid())
                        .addSimulcastCodecs(
                                SimulcastCodec.newBuilder().setCodec("h264").setCid("c2")));
        bench.advanceMs(200);
        bob.answer();
        var sends = bob.subscriber().all(PeerCommand.Send.class);
        var receives = alice.publisher().all(PeerCommand.Receive.class);
        assertThat(sends.getLast().parameters().source())
                .isEqualTo(receives.getLast().parameters().source())
                .isNotEqualTo(sends.getFirst().parameters().source());
        assertThat(alice.participant().info().getTracksList()).hasSize(1);
    }

    @Test
    void thePublisherHearsOfItsSubscriberWhenThatIsConnected() {
        var track = alice.publish(TestClient.microphone("m"));
        var bob = bench.client("bob").join().answer();
        assertThat(bob.subscriber().all(PeerCommand.Send.class)).hasSize(1);
        assertThat(alice.has(MessageCase.TRACK_SUBSCRIBED)).isFalse();
        bob.subscriber().connect();
        bob.subscriber().connect();
        assertThat(alice.all(MessageCase.TRACK_SUBSCRIBED)).hasSize(1);
        assertThat(alice.last(MessageCase.TRACK_SUBSCRIBED).getTrackSubscribed().getTrackSid())
                .isEqualTo(track.getSid());
    }

    @Test
    void whoGoesForAFailedSubscriptionLeavesNoneBehind() {
        var strict =
                RoomBench.with(new RoomSettings.Switches(true, false, false, true, false, false));
        var carol = strict.client("carol").joinActive();
        var dave = strict.client("dave").single().joinActive();
        carol.publish(TestClient.microphone("m"));
        carol.publish(TestClient.camera("c"));
        strict.advanceSeconds(25);
        assertThat(dave.last(MessageCase.LEAVE).getLeave().getActionValue()).isEqualTo(2);
        assertThat(carol.participant().tracks().published())
                .allSatisfy(track -> assertThat(track.subscribers()).isEmpty());
    }
}

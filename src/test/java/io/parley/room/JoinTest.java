package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerState;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo.Kind;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitModels.ServerInfo;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JoinTest {
    private final RoomBench bench = new RoomBench();

    @Test
    void joinResponseHasEveryField() {
        var alice = bench.client("alice").join();
        var bob = bench.client("bob");
        bob.session.getClientBuilder().setClientProtocol(2);
        bob.session.getClientBuilder().addCapabilities(ClientInfo.Capability.CAP_PACKET_TRAILER);

        var join = bob.join().heard.getFirst().getJoin();

        assertThat(join.getRoom().getName()).isEqualTo("room");
        assertThat(join.getRoom().getSid()).startsWith("RM_");
        assertThat(join.getRoom().getNumParticipants()).isEqualTo(2);
        assertThat(join.getRoom().getTurnPassword()).isEmpty();
        assertThat(join.getRoom().getEnabledCodecsCount()).isEqualTo(10);
        assertThat(join.getRoom().getEmptyTimeout()).isEqualTo(300);
        assertThat(join.getRoom().getDepartureTimeout()).isEqualTo(20);
        var me = join.getParticipant();
        assertThat(me.getSid()).startsWith("PA_").hasSize(15);
        assertThat(me.getState()).isEqualTo(State.JOINING);
        assertThat(me.getName()).isEqualTo("N bob");
        assertThat(me.getVersion()).isPositive();
        assertThat(me.getClientProtocol()).isEqualTo(2);
        assertThat(
                        me.getUnknownFields()
                                .getField(21)
                                .getLengthDelimitedList()
                                .getFirst()
                                .toByteArray())
                .containsExactly(1);
        assertThat(me.getJoinedAtMs()).isEqualTo(RoomBench.EPOCH_MS + 1000);
        assertThat(me.getPermission().getCanPublish()).isTrue();
        assertThat(join.getOtherParticipantsList())
                .singleElement()
                .satisfies(other -> assertThat(other.getSid()).isEqualTo(alice.sid()));
    }

    @Test
    void joinResponseDescribesTheServerAndTheSession() {
        var join = bench.client("bob").join().heard.getFirst().getJoin();
        assertThat(join.getServerVersion()).isEqualTo("1.13.5");
        assertThat(join.getServerRegion()).isEqualTo("here");
        assertThat(join.getServerInfo())
                .isEqualTo(
                        ServerInfo.newBuilder()
                                .setVersion("1.13.5")
                                .setProtocol(17)
                                .setRegion("here")
                                .setNodeId("ND_test")
                                .setAgentProtocol(1)
                                .build());
        assertThat(join.getSubscriberPrimary()).isTrue();
        assertThat(join.getPingTimeout()).isEqualTo(15);
        assertThat(join.getPingInterval()).isEqualTo(5);
        assertThat(join.getSifTrailer().size()).isGreaterThan(20);
        assertThat(join.getFastPublish()).isTrue();
        assertThat(join.hasClientConfiguration()).isFalse();
        assertThat(join.getEnabledPublishCodecsList().stream().map(Codec::getMime))
                .containsExactly(
                        "video/VP8",
                        "video/H264",
                        "video/VP9",
                        "video/AV1",
                        "video/H265",
                        "audio/PCMU",
                        "audio/PCMA",
                        "audio/opus",
                        "audio/red");
    }

    @Test
    void aDualClientHearsJoinThenOfferThenCandidatesThenToken() {
        var alice = bench.client("alice").join();
        assertThat(alice.order())
                .containsExactly(
                        MessageCase.JOIN,
                        MessageCase.OFFER,
                        MessageCase.TRICKLE,
                        MessageCase.TRICKLE,
                        MessageCase.REFRESH_TOKEN);
        var trickles = alice.all(MessageCase.TRICKLE);
        assertThat(trickles.getFirst().getTrickle().getFinal()).isFalse();
        assertThat(trickles.getLast().getTrickle().getFinal()).isTrue();
        assertThat(trickles.getFirst().getTrickle().getCandidateInit())
                .contains(
                        "\"candidate\":\"candidate:1 1 udp",
                        "\"sdpMid\":\"",
                        "\"sdpMLineIndex\":0");
        assertThat(alice.last(MessageCase.OFFER).getOffer().getId()).isBetween(1, 256);
        assertThat(alice.subscriber().settings.iceControlling()).isTrue();
        assertThat(alice.subscriber().all(PeerCommand.OpenDataChannel.class))
                .extracting(PeerCommand.OpenDataChannel::label)
                .containsExactly("_reliable", "_lossy", "_data_track");
    }

    @Test
    void aSingleClientHearsJoinThenTracksThenItsAnswer() {
        var alice = bench.client("alice").single();
        alice.session.addAddTrackRequests(TestClient.microphone("m"));
        alice.offerSdp();
        alice.section("audio", "m", "sendonly");
        alice.session.setPublisherOffer(TestClient.description("offer", alice.offerSdp(), 9));
        alice.join();

        assertThat(alice.order())
                .containsExactly(
                        MessageCase.JOIN,
                        MessageCase.TRACK_PUBLISHED,
                        MessageCase.ANSWER,
                        MessageCase.TRICKLE,
                        MessageCase.TRICKLE,
                        MessageCase.REFRESH_TOKEN);
        assertThat(alice.last(MessageCase.ANSWER).getAnswer().getId()).isEqualTo(9);
        assertThat(alice.heard.getFirst().getJoin().getSubscriberPrimary()).isFalse();
        assertThat(alice.publisher().settings.iceControlling()).isFalse();
        assertThat(alice.publisher().settings.gcmOnly()).isTrue();
    }

    @Test
    void existingTracksStandInTheFirstOffer() {
        var alice = bench.client("alice").joinActive();
        var track = alice.publish(TestClient.microphone("m"));

        var bob = bench.client("bob").join();
        var offer = bob.last(MessageCase.OFFER).getOffer();

        assertThat(bob.all(MessageCase.OFFER)).hasSize(1);
        assertThat(offer.getMidToTrackIdMap()).containsValue(track.getSid());
        assertThat(offer.getSdp()).contains(alice.sid() + "|" + track.getSid());
        assertThat(bob.heard.getFirst().getJoin().getOtherParticipants(0).getTracksList())
                .extracting(each -> each.getSid())
                .containsExactly(track.getSid());
    }

    @Test
    void anOldClientGetsAnEmptyOfferAndSubscribesWhenActive() {
        bench.client("alice").joinActive().publish(TestClient.microphone("m"));
        var bob = bench.client("bob").protocol(5).join();
        assertThat(bob.last(MessageCase.OFFER).getOffer().getMidToTrackIdMap()).isEmpty();
        bob.answer();
        bob.subscriber().connect();
        bench.advanceMs(200);
        assertThat(bob.last(MessageCase.OFFER).getOffer().getMidToTrackIdMap()).hasSize(1);
    }

    @Test
    void aPublisherPrimaryClientGetsNoOfferUntilItSubscribes() {
        var alice = bench.client("alice").video("\"canSubscribe\":false").join();
        assertThat(alice.heard.getFirst().getJoin().getSubscriberPrimary()).isFalse();
        assertThat(alice.has(MessageCase.OFFER)).isFalse();
        alice.offer();
        alice.publisher().connect();
        assertThat(alice.participant().state()).isEqualTo(State.ACTIVE);
    }

    @Test
    void othersHearOfAListenerAtOnce() {
        var alice = bench.client("alice").joinActive();
        alice.forget();
        var bob = bench.client("bob").join();
        assertThat(alice.told("bob"))
                .extracting(info -> info.getState())
                .containsExactly(State.JOINED);
        bob.answer();
        bob.subscriber().connect();
        assertThat(alice.told("bob").getLast().getState()).isEqualTo(State.ACTIVE);
    }

    @Test
    void manyChangesAtOnceAreCollected() {
        var alice = bench.client("alice").joinActive();
        alice.forget();
        for (int i = 0; i < 60; i++) {
            bench.client("p" + i).join();
        }
        int before = alice.all(MessageCase.UPDATE).size();
        assertThat(before).isLessThanOrEqualTo(Updates.BURST);
        bench.advanceMs(500);
        assertThat(alice.all(MessageCase.UPDATE)).hasSize(before + 1);
        assertThat(alice.told("p59")).hasSize(1);
    }

    @Test
    void theSecondSessionOfAnIdentityReplacesTheFirst() {
        var watcher = bench.client("watcher").joinActive();
        var old = bench.client("watcherOld").protocol(11).joinActive();
        var first = bench.client("alice").joinActive();
        watcher.forget();
        old.forget();

        var second = bench.client("alice").join();

        var leave = first.last(MessageCase.LEAVE).getLeave();
        assertThat(leave.getReason()).isEqualTo(DisconnectReason.DUPLICATE_IDENTITY);
        assertThat(leave.getAction()).isEqualTo(Action.DISCONNECT);
        assertThat(first.closed).isTrue();
        assertThat(second.sid()).isNotEqualTo(first.sid());
        assertThat(watcher.told("alice"))
                .extracting(info -> info.getSid())
                .containsExactly(second.sid());
        assertThat(old.told("alice").getFirst().getState()).isEqualTo(State.DISCONNECTED);
        assertThat(bench.room.participants()).hasSize(3);
    }

    @Test
    void nobodyHearsOfAHiddenParticipant() {
        var alice = bench.client("alice").joinActive();
        alice.forget();
        var ghost = bench.client("ghost").video("\"hidden\":true").joinActive();
        assertThat(alice.told("ghost")).isEmpty();
        assertThat(ghost.heard.getFirst().getJoin().getOtherParticipantsList()).hasSize(1);
        var bob = bench.client("bob").join();
        assertThat(bob.heard.getFirst().getJoin().getOtherParticipantsList())
                .extracting(info -> info.getIdentity())
                .containsExactly("alice");
    }

    @Test
    void aRecorderSetsActiveRecordingUntilItLeaves() {
        var alice = bench.client("alice").joinActive();
        var recorder = bench.client("rec").video("\"recorder\":true,\"hidden\":true").join();
        assertThat(
                        alice.last(MessageCase.ROOM_UPDATE)
                                .getRoomUpdate()
                                .getRoom()
                                .getActiveRecording())
                .isTrue();
        bench.room
                .endings()
                .clientLeft(bench.nowNs, recorder.participant(), DisconnectReason.CLIENT_INITIATED);
        assertThat(
                        alice.last(MessageCase.ROOM_UPDATE)
                                .getRoomUpdate()
                                .getRoom()
                                .getActiveRecording())
                .isFalse();
    }

    @Test
    void agentsDoNotCount() {
        var agent = bench.client("agent").claim("\"kind\":\"agent\"").join();
        assertThat(agent.heard.getFirst().getJoin().getRoom().getNumParticipants()).isZero();
        assertThat(agent.participant().info().getKind()).isEqualTo(Kind.AGENT);
    }

    @Test
    void aFullRoomRefusesAtOnceButTakesAgentsAndReplacements() {
        var alice = bench.client("alice");
        alice.session.getCreateRoomBuilder().setMaxParticipants(1);
        alice.join();
        var bob = bench.client("bob");
        assertThat(bob.tryJoin()).isEqualTo(new JoinOutcome.Refused(JoinOutcome.Refusal.ROOM_FULL));
        assertThat(bob.heard).isEmpty();
        bench.client("agent").claim("\"kind\":\"agent\"").join();
        bench.client("alice").join();
        assertThat(bench.room.participants()).hasSize(2);
    }

    @Test
    void tooMuchMetadataIsRefused() {
        var big = bench.client("big").claim("\"metadata\":\"" + "x".repeat(512 * 1024 + 1) + "\"");
        assertThat(big.tryJoin())
                .isEqualTo(new JoinOutcome.Refused(JoinOutcome.Refusal.METADATA_TOO_LARGE));
        var many =
                bench.client("many")
                        .claim("\"attributes\":{\"a\":\"" + "x".repeat(64 * 1024) + "\"}");
        assertThat(many.tryJoin())
                .isEqualTo(new JoinOutcome.Refused(JoinOutcome.Refusal.ATTRIBUTES_TOO_LARGE));
        assertThat(bench.events).isEmpty();
    }

    @Test
    void whoeverIsNotActiveAfterAMinuteGoes() {
        var alice = bench.client("alice").join();
        bench.advanceSeconds(61);
        var leave = alice.last(MessageCase.LEAVE).getLeave();
        assertThat(leave.getReason()).isEqualTo(DisconnectReason.JOIN_FAILURE);
        assertThat(bench.participant("alice")).isNull();
    }

    @Test
    void safariIsToldWhichCodecsNotToUse() {
        var alice = bench.client("alice");
        alice.session.getClientBuilder().setBrowser("Safari").setBrowserVersion("18.4");
        var told = alice.join().heard.getFirst().getJoin();
        assertThat(told.getClientConfiguration().getDisabledCodecs().getCodecsList())
                .extracting(Codec::getMime)
                .containsExactly("video/AV1");
        assertThat(told.getClientConfiguration().getDisabledCodecs().getPublishList())
                .extracting(Codec::getMime)
                .containsExactly("video/VP9");
        assertThat(told.getEnabledPublishCodecsList())
                .extracting(Codec::getMime)
                .doesNotContain("video/AV1", "video/VP9");
    }

    @Test
    void gcmIsTakenForGrantedOnlyOfKnownClients() {
        assertThat(traits(ClientInfo.SDK.PYTHON, "", "").takesGcm()).isTrue();
        assertThat(traits(ClientInfo.SDK.JS, "Chrome Mobile", "90.0.4430").takesGcm()).isTrue();
        assertThat(traits(ClientInfo.SDK.JS, "Chrome", "89.0.4389").takesGcm()).isFalse();
        assertThat(traits(ClientInfo.SDK.JS, "Chrome", "").takesGcm()).isFalse();
        assertThat(traits(ClientInfo.SDK.JS, "Firefox", "73.0").takesGcm()).isTrue();
        assertThat(traits(ClientInfo.SDK.JS, "Firefox", "60.9").takesGcm()).isFalse();
        assertThat(traits(ClientInfo.SDK.JS, "Safari", "120.0").takesGcm()).isFalse();
        assertThat(traits(ClientInfo.SDK.SWIFT, "", "").takesGcm()).isFalse();
        assertThat(traits(ClientInfo.SDK.UNKNOWN, "", "").takesSctpZeroChecksum()).isFalse();
    }

    private static ClientTraits traits(ClientInfo.SDK sdk, String browser, String version) {
        return new ClientTraits(
                ClientInfo.newBuilder()
                        .setSdk(sdk)
                        .setBrowser(browser)
                        .setBrowserVersion(version)
                        .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {"dtls NO_SRTP_PROFILE", "dtls ALERT_RECEIVED"})
    void whoRefusesGcmHasTheChoiceWhenItComesBack(String reason) {
        var alice = bench.client("alice").joinActive();
        var bob = bench.client("bob").joinActive();
        assertThat(alice.subscriber().settings.gcmOnly()).isTrue();
        alice.subscriber().say(new PeerEvent.StateChanged(PeerState.FAILED, reason));
        assertThat(alice.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
        var again = bench.client("alice").joinActive();
        assertThat(again.subscriber().settings.gcmOnly()).isFalse();
        bob.subscriber().say(new PeerEvent.StateChanged(PeerState.FAILED, "dtls TIMEOUT"));
        var bobAgain = bench.client("bob").joinActive();
        assertThat(bobAgain.subscriber().settings.gcmOnly()).isTrue();
    }
}

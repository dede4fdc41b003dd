package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerSecrets;
import io.parley.store.state.SecuredState;
import io.parley.webrtc.ortc.DtlsFingerprint;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import livekit.LivekitModels.ClientInfo;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.junit.jupiter.api.Test;

/// What one node has stored of a room is the same room on another.
class TakeoverTest {
    private final RoomBench old = new RoomBench();

    private static Participant at(RoomBench bench, String identity) {
        return Objects.requireNonNull(bench.participant(identity), identity);
    }

    private static List<String> lines(String sdp, String pattern) {
        return Pattern.compile("(?m)^" + pattern + ".*$")
                .matcher(sdp)
                .results()
                .map(each -> each.group().strip())
                .toList();
    }

    @Test
    void everybodyIsThereUnderTheSameSid() {
        var alice = old.client("alice").claim("\"metadata\":\"m\"").joinActive();
        alice.publish(TestClient.microphone("mic"));
        old.client("bob").video("\"canPublish\":false").joinActive();
        var before = at(old, "alice").info();

        var next = old.takenOver();

        assertThat(next.room.proto().getSid()).isEqualTo(old.room.proto().getSid());
        assertThat(next.room.sifTrailer()).isEqualTo(old.room.sifTrailer());
        assertThat(next.room.participants()).hasSize(2);
        var after = at(next, "alice").info();
        assertThat(after.getVersion()).isGreaterThan(before.getVersion());
        assertThat(after.toBuilder().setVersion(before.getVersion()).setRegion("here").build())
                .isEqualTo(before);
        assertThat(at(next, "bob").permission()).isEqualTo(at(old, "bob").permission());
        assertThat(next.events(RoomEvent.ParticipantTakenOver.class)).hasSize(2);
    }

    @Test
    void aSubscriberIsOfferedItsSectionsAgainWithOtherCredentials() {
        var alice = old.client("alice").joinActive();
        alice.publish(TestClient.microphone("mic"));
        alice.publish(TestClient.camera("cam"));
        var bob = old.client("bob").joinActive().answer();
        old.advanceMs(200);
        bob.answer();
        String before = bob.last(MessageCase.OFFER).getOffer().getSdp();

        var next = old.takenOver();
        var again = bob.resumingAt(next);
        assertThat(again.tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
        next.advanceMs(500);

        var offer = again.last(MessageCase.OFFER).getOffer();
        assertThat(again.order()).startsWith(MessageCase.RECONNECT);
        for (String same :
                List.of("m=", "a=mid:", "a=msid:", "a=setup:", "a=extmap:", "a=rtpmap")) {
            assertThat(lines(offer.getSdp(), same)).as(same).isEqualTo(lines(before, same));
        }
        assertThat(lines(offer.getSdp(), "a=ice-ufrag"))
                .doesNotContainAnyElementsOf(lines(before, "a=ice-ufrag"));
        assertThat(offer.getId()).isGreaterThan(bob.last(MessageCase.OFFER).getOffer().getId());
        again.answer();
        assertThat(again.subscriber().all(PeerCommand.Send.class)).hasSize(2);
        assertThat(again.subscriber().all(PeerCommand.OpenDataChannel.class)).isEmpty();
        assertThat(again.subscriber().all(PeerCommand.AdoptDataChannel.class)).hasSize(3);
    }

    @Test
    void theClientKnowsTheLastOfferBetterThanTheStore() {
        var alice = old.client("alice").joinActive();
        var mic = alice.publish(TestClient.microphone("mic"));
        var bob = old.client("bob").joinActive().answer();
        old.advanceMs(200);
        bob.answer();
        var next = old.takenOver();
        // Nobody has stored what came last.
        var cam = alice.publish(TestClient.camera("cam"));
        old.advanceMs(200);
        bob.answer();
        var last = bob.last(MessageCase.OFFER).getOffer();
        var again = bob.resumingAt(next);
        again.tryJoin();
        assertThat(again.has(MessageCase.OFFER)).isFalse();

        again.asks().onSyncState(next.nowNs, SyncState.newBuilder().setOffer(last).build());

        var offer = again.last(MessageCase.OFFER).getOffer();
        assertThat(lines(offer.getSdp(), "a=mid:")).isEqualTo(lines(last.getSdp(), "a=mid:"));
        assertThat(offer.getMidToTrackIdMap()).containsValue(mic.getSid());
        assertThat(offer.getMidToTrackIdMap()).doesNotContainValue(cam.getSid());
    }

    @Test
    void whatWasSaidOfATrackCountsAndOthersAreTakenByThemselves() {
        var alice = old.client("alice").joinActive();
        var mic = alice.publish(TestClient.microphone("mic"));
        var bob = old.client("bob").joinActive();
        var unsubscribe = UpdateSubscription.newBuilder().addTrackSids(mic.getSid());
        bob.asks().onSubscription(old.nowNs, unsubscribe.build());
        var carol = old.client("carol");
        carol.session.setAutoSubscribe(false);
        carol.joinActive();

        var next = old.takenOver();

        assertThat(at(next, "bob").subscriptions().wishedSids()).isEmpty();
        assertThat(at(next, "carol").subscriptions().wishedSids()).isEmpty();
    }

    @Test
    void aPublisherComesBackWithItsTracks() {
        var alice = old.client("alice").joinActive();
        var mic = alice.publish(TestClient.microphone("mic"));
        var bob = old.client("bob").joinActive();
        var next = old.takenOver();
        var again = alice.resumingAt(next);
        again.tryJoin();

        again.offer();

        assertThat(again.publisher().all(PeerCommand.Receive.class)).hasSize(1);
        assertThat(at(next, "alice").info().getTracksList())
                .extracting(track -> track.getSid())
                .containsExactly(mic.getSid());
        assertThat(next.events(RoomEvent.TrackPublished.class)).isEmpty();
        assertThat(bob.resumingAt(next).tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
    }

    @Test
    void whatOnlyThePacketsSaidOfStreamsIsKnownAgain() {
        var alice = old.client("alice").joinActive();
        alice.publish(TestClient.camera("cam"));
        var told = alice.publisher().all(PeerCommand.Receive.class).getFirst().parameters();
        alice.publisher().say(new PeerEvent.SsrcLearned(told.source(), 0, 77, 78));
        assertThat(told.encodings().getFirst().ssrc()).isZero();
        var again = alice.resumingAt(old.takenOver());
        again.tryJoin();

        again.offer();

        var known = again.publisher().all(PeerCommand.Receive.class).getFirst().parameters();
        assertThat(known.encodings().getFirst().ssrc()).isEqualTo(77);
        assertThat(known.encodings().getFirst().rtxSsrc()).isEqualTo(78);
    }

    @Test
    void aTrackThatTheClientHasDroppedMeanwhileEnds() {
        var alice = old.client("alice").joinActive();
        alice.publish(TestClient.microphone("mic"));
        var next = old.takenOver();
        var again = alice.resumingAt(next);
        again.tryJoin();
        again.sections.setLength(0);
        again.mids.clear();

        again.offer();

        assertThat(at(next, "alice").info().getTracksList()).isEmpty();
    }

    @Test
    void aSingleConnectionHasItsTracksOnTheSameSections() {
        var alice = old.client("alice").joinActive();
        var mic = alice.publish(TestClient.microphone("mic"));
        var bob = old.client("bob").single().joinActive();
        old.advanceMs(200);
        bob.section("audio", "", "recvonly");
        assertThat(bob.offer().getMidToTrackIdMap()).containsValue(mic.getSid());
        var before = bob.last(MessageCase.ANSWER).getAnswer();

        var next = old.takenOver();
        var again = bob.resumingAt(next);
        again.tryJoin();
        assertThat(again.has(MessageCase.MEDIA_SECTIONS_REQUIREMENT)).isFalse();
        var answer = again.offer();

        assertThat(answer.getMidToTrackIdMap()).isEqualTo(before.getMidToTrackIdMap());
        assertThat(lines(answer.getSdp(), "a=msid:")).isEqualTo(lines(before.getSdp(), "a=msid:"));
        assertThat(again.publisher().all(PeerCommand.Send.class)).hasSize(1);
    }

    @Test
    void wishesSettingsAndRulesStay() {
        var alice = old.client("alice").joinActive();
        var mic = alice.publish(TestClient.microphone("mic"));
        var cam = alice.publish(TestClient.camera("cam"));
        var bob = old.client("bob").joinActive().answer();
        old.advanceMs(200);
        bob.answer();
        bob.asks()
                .onSubscription(
                        old.nowNs,
                        UpdateSubscription.newBuilder().addTrackSids(mic.getSid()).build());
        bob.asks()
                .onTrackSetting(
                        old.nowNs,
                        UpdateTrackSettings.newBuilder()
                                .addTrackSids(cam.getSid())
                                .setDisabled(true)
                                .build());
        alice.asks()
                .onSubscriptionPermission(old.nowNs, SubscriptionPermission.getDefaultInstance());
        alice.sendsData("_reliable", DataPacket.newBuilder().setSequence(41).build().toByteArray());

        var next = old.takenOver();

        assertThat(at(next, "bob").subscriptions().wishedSids()).containsExactly(cam.getSid());
        var rules = at(next, "alice").subscriptionPermissions();
        assertThat(rules.isAllowed(at(next, "bob"), cam.getSid())).isFalse();
        assertThat(at(next, "alice").channels().lastSequence()).isEqualTo(41);
    }

    @Test
    void whoCannotFollowComesBackUnderTheSameNameUnnoticed() {
        var bob = old.client("bob").joinActive();
        var anna = old.client("anna");
        anna.session.getClientBuilder().setBrowser("firefox");
        anna.joinActive();
        var next = old.takenOver();
        var bobAgain = bob.resumingAt(next);
        bobAgain.tryJoin();
        var turned = anna.resumingAt(next);

        assertThat(turned.tryJoin()).isInstanceOf(JoinOutcome.TurnedAway.class);

        assertThat(turned.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
        assertThat(next.participant("anna")).isNotNull();
        bobAgain.forget();
        var anew = next.client("anna");
        anew.joinActive();
        assertThat(bobAgain.told("anna"))
                .extracting(ParticipantInfo::getState)
                .doesNotContain(State.DISCONNECTED);
    }

    @Test
    void whoNeverComesBackLeavesAfterTheGraceTime() {
        var bob = old.client("bob").joinActive();
        old.client("anna").joinActive();
        var next = old.takenOver();
        var again = bob.resumingAt(next);
        again.tryJoin();
        next.advanceMs(500);
        again.answer();
        again.subscriber().connect();
        next.advanceSeconds(29);
        assertThat(next.participant("anna")).isNotNull();

        next.advanceSeconds(2);

        assertThat(next.participant("anna")).isNull();
        assertThat(again.told("anna").getLast().getDisconnectReason())
                .isEqualTo(DisconnectReason.CONNECTION_TIMEOUT);
    }

    @Test
    void aWebsocketThatOutlivedTheOwnerGoesOnWhereAnOfferIsEnough() {
        var alice = old.client("alice").joinActive();
        alice.publish(TestClient.microphone("mic"));
        var bob = old.client("bob").joinActive();
        var next = old.takenOver();
        var listener = bob.resumingAt(next);
        var speaker = alice.resumingAt(next);

        assertThat(next.room.attach(next.nowNs, at(next, "bob").sid(), listener)).isTrue();
        assertThat(next.room.attach(next.nowNs, at(next, "alice").sid(), speaker)).isTrue();

        assertThat(listener.has(MessageCase.OFFER)).isTrue();
        assertThat(listener.closed).isFalse();
        assertThat(speaker.last(MessageCase.LEAVE).getLeave().getAction()).isEqualTo(Action.RESUME);
        assertThat(speaker.closed).isTrue();
        assertThat(next.room.attach(next.nowNs, at(next, "bob").sid(), speaker)).isFalse();
        assertThat(next.room.attach(next.nowNs, "PA_unknown", speaker)).isFalse();
        assertThat(alice.resumingAt(next).tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
    }

    @Test
    void whoseMediaDoesNotArriveBeginsAnew() {
        var bob = old.client("bob").joinActive();
        var next = old.takenOver();
        var again = bob.resumingAt(next);
        again.tryJoin();

        next.advanceSeconds(13);

        assertThat(again.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
    }

    @Test
    void anUnknownSdkIsNotAskedToFollow() {
        var bob = old.client("bob");
        bob.session.getClientBuilder().setSdk(ClientInfo.SDK.GO);
        bob.joinActive();
        var next = old.takenOver();
        var socket = bob.resumingAt(next);

        assertThat(next.room.attach(next.nowNs, at(next, "bob").sid(), socket)).isTrue();

        assertThat(socket.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
        assertThat(next.participant("bob")).isNotNull();
    }

    /// Of GCM, as the media side writes them.
    private static PeerSecrets secrets() {
        byte[] bytes = new byte[100];
        bytes[0] = 1;
        bytes[2] = 7;
        bytes[59] = 16;
        return PeerSecrets.fromBytes(bytes).orElseThrow();
    }

    private static String shownTo(TestClient client) {
        return lines(client.offer().getSdp(), "a=fingerprint:sha-256 ").getFirst();
    }

    @Test
    void theClientKeepsItsAssociation() {
        var alice = old.client("alice").single().joinActive();
        String shown = shownTo(alice);
        alice.publisher().say(new PeerEvent.Secured(secrets()));
        alice.publisher().say(new PeerEvent.RolledOver(1234, 3));
        var next = old.takenOver();
        var again = alice.resumingAt(next);
        again.tryJoin();

        assertThat(shownTo(again)).isEqualTo(shown);

        var adopted = Objects.requireNonNull(again.publisher().settings.adopted());
        assertThat(adopted.secrets().toBytes()).isEqualTo(secrets().toBytes());
        assertThat(adopted.owners()).isEqualTo(1);
        assertThat(adopted.rollOvers()).isEqualTo(Map.of(1234, 3));
        var later = Objects.requireNonNull(at(next, "alice").negotiation().primary().secured());
        assertThat(later.getRollOversMap()).isEqualTo(Map.of(1234, 3));
    }

    @Test
    void theClientTakesAnotherAssociationWhereTheKeysAreNotKnown() {
        var alice = old.client("alice").single().joinActive();
        String shown = shownTo(alice);
        var next = old.takenOver();
        var again = alice.resumingAt(next);
        again.tryJoin();

        assertThat(shownTo(again)).isNotEqualTo(shown);

        assertThat(again.publisher().settings.adopted()).isNull();
    }

    @Test
    void firefoxFollowsWhereItKeepsItsAssociation() {
        var anna = old.client("anna");
        anna.session.getClientBuilder().setBrowser("firefox");
        anna.joinActive();
        anna.offer();
        anna.subscriber().say(new PeerEvent.Secured(secrets()));
        assertThat(anna.participant().negotiation().canMove()).isFalse();
        anna.publisher().say(new PeerEvent.Secured(secrets()));
        assertThat(anna.participant().negotiation().canMove()).isTrue();
        var next = old.takenOver();

        assertThat(anna.resumingAt(next).tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
    }

    @Test
    void keysThatAreOfNoUseAreNone() {
        var given = old.started().room.given();
        var secured = new TransportSecrets(given, "here", SecuredState.getDefaultInstance());
        secured.onSecured(secrets(), new DtlsFingerprint("sha-256", "AA"));
        var state = secured.state();
        var next = old.takenOver().room.given();

        assertThat(new TransportSecrets(next, "here", state).adoption()).isPresent();
        assertThat(new TransportSecrets(next, "elsewhere", state).adoption()).isEmpty();
        assertThat(new TransportSecrets(given, "here", state).adoption()).isEmpty();
        var older = state.toBuilder().setEpoch(state.getEpoch() - (1L << 40)).build();
        assertThat(new TransportSecrets(next, "here", older).adoption()).isEmpty();
        var broken = state.toBuilder().setSecrets(state.getSecrets().substring(1)).build();
        var none = new TransportSecrets(next, "here", broken);
        assertThat(none.adoption()).isEmpty();
        assertThat(none.adoptedFingerprint()).isEmpty();
        assertThat(none.state().getSecrets()).isEmpty();
    }

    @Test
    void whoWasWithAnotherOwnerMeanwhileBeginsAnew() {
        var bob = old.client("bob").single().joinActive();
        var ours = bob.last(MessageCase.ANSWER).getAnswer();
        var theirs = ours.toBuilder().setSdp(ours.getSdp().replace("ufrag:", "ufrag:x")).build();
        var again = bob.resuming();
        again.tryJoin();

        again.asks().onSyncState(old.nowNs, SyncState.newBuilder().setAnswer(ours).build());
        assertThat(again.has(MessageCase.LEAVE)).isFalse();

        again.asks().onSyncState(old.nowNs, SyncState.newBuilder().setAnswer(theirs).build());
        assertThat(again.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
    }
}

package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerState;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitModels.ReconnectReason;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.PublishDataTrackRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SimulateScenario;
import livekit.LivekitRtc.SubscriptionPermission;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.UnpublishDataTrackRequest;
import livekit.LivekitRtc.UpdateSubscription;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResumeTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient alice = bench.client("alice").joinActive();

    @Test
    void aResumeIsAnsweredInOrderOverTheNewConnection() {
        var gone = bench.client("gone").joinActive();
        bench.client("here").joinActive();
        bench.room.onConnectionLost(bench.nowNs, alice.participant());
        bench.room
                .endings()
                .clientLeft(bench.nowNs, gone.participant(), DisconnectReason.CLIENT_INITIATED);
        alice.forget();
        var again = alice.resuming();

        assertThat(again.tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);

        assertThat(again.order())
                .startsWith(
                        MessageCase.RECONNECT,
                        MessageCase.UPDATE,
                        MessageCase.UPDATE,
                        MessageCase.ROOM_UPDATE)
                .endsWith(
                        MessageCase.OFFER,
                        MessageCase.TRICKLE,
                        MessageCase.TRICKLE,
                        MessageCase.REFRESH_TOKEN);
        var left = again.all(MessageCase.UPDATE).getFirst().getUpdate().getParticipantsList();
        assertThat(left)
                .singleElement()
                .satisfies(each -> assertThat(each.getSid()).isEqualTo(gone.sid()));
        assertThat(left.getFirst().getState()).isEqualTo(State.DISCONNECTED);
        assertThat(again.all(MessageCase.UPDATE).get(1).getUpdate().getParticipantsList())
                .extracting(info -> info.getIdentity())
                .containsExactly("alice", "here");
        assertThat(again.participant().sid()).isEqualTo(alice.sid());
        assertThat(again.subscriber().all(PeerCommand.RestartIce.class)).hasSize(1);
        var reconnect = again.heard.getFirst().getReconnect();
        assertThat(reconnect.getServerInfo().getVersion()).isEqualTo("1.13.5");
        again.answer();
        bench.advanceSeconds(40);
        assertThat(bench.participant("alice")).isNotNull();
    }

    @Test
    void theOldConnectionIsClosedWithoutALeave() {
        var again = alice.resuming();
        again.tryJoin();
        assertThat(alice.closed).isTrue();
        assertThat(alice.has(MessageCase.LEAVE)).isFalse();
        assertThat(again.closed).isFalse();
    }

    @Test
    void theClientHearsUpToWhereItsDataCame() {
        var packet = DataPacket.newBuilder().setSequence(41).build();
        alice.sendsData("_reliable", packet.toByteArray());
        var again = alice.resuming();
        again.tryJoin();
        assertThat(again.heard.getFirst().getReconnect().getLastMessageSeq()).isEqualTo(41);
    }

    @Test
    void whatASnapshotCannotReplaceIsKept() {
        bench.room.onConnectionLost(bench.nowNs, alice.participant());
        alice.asks().onAddTrack(bench.nowNs, TestClient.microphone("m").build());
        assertThat(alice.has(MessageCase.TRACK_PUBLISHED)).isFalse();
        var again = alice.resuming();
        again.tryJoin();
        assertThat(again.has(MessageCase.TRACK_PUBLISHED)).isTrue();
    }

    @Test
    void speakersAndPausedQualitiesAreSaidAgain() {
        var bob = bench.client("bob").joinActive();
        bob.publish(TestClient.microphone("m"));
        var source =
                bob.publisher().all(PeerCommand.Receive.class).getFirst().parameters().source();
        bob.publisher().say(new PeerEvent.AudioLevelChanged(source, 0.5));
        alice.publish(TestClient.camera("c"));
        bench.advanceSeconds(11);
        alice.answer();
        var again = alice.resuming();
        again.tryJoin();
        assertThat(again.has(MessageCase.SPEAKERS_CHANGED)).isTrue();
        assertThat(again.has(MessageCase.SUBSCRIBED_QUALITY_UPDATE)).isTrue();
        assertThat(again.has(MessageCase.CONNECTION_QUALITY)).isTrue();
    }

    @Test
    void aSingleClientOffersItself() {
        var bob = bench.client("bob").single().joinActive();
        var again = bob.resuming();
        again.tryJoin();
        assertThat(again.has(MessageCase.OFFER)).isFalse();
        again.offer();
        assertThat(again.publisher().all(PeerCommand.RestartIce.class)).hasSize(1);
        assertThat(again.has(MessageCase.ANSWER)).isTrue();
    }

    @Test
    void anotherSidIsTurnedAway() {
        var wrong = alice.resuming();
        wrong.session.setParticipantId("PA_somebodyelse");
        assertThat(wrong.tryJoin()).isInstanceOf(JoinOutcome.TurnedAway.class);
        assertThat(wrong.order()).containsExactly(MessageCase.LEAVE);
        assertThat(wrong.closed).isTrue();
        assertThat(wrong.last(MessageCase.LEAVE).getLeave().getReason())
                .isEqualTo(DisconnectReason.STATE_MISMATCH);
        assertThat(wrong.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
        assertThat(alice.closed).isFalse();
    }

    @Test
    @SuppressWarnings("deprecation") // what old clients read
    void anOldClientIsTurnedAwayInItsOwnWords() {
        var bob = bench.client("bob").protocol(12);
        bob.session.setReconnect(true);
        bob.tryJoin();
        assertThat(bob.last(MessageCase.LEAVE).getLeave().getCanReconnect()).isTrue();
    }

    @Test
    void aResumeCreatesNoRoom() {
        var empty = new RoomBench();
        var bob = empty.client("bob");
        bob.session.setReconnect(true);
        assertThat(bob.tryJoin()).isInstanceOf(JoinOutcome.TurnedAway.class);
        assertThat(empty.room.isClosed()).isTrue();
        assertThat(empty.events(RoomEvent.RoomStarted.class)).isEmpty();
    }

    @Test
    void aConnectionThatFailedSoonGoesOverTcp() {
        var again = alice.resuming();
        again.session.setReconnectReason(ReconnectReason.RR_SUBSCRIBER_FAILED);
        again.tryJoin();
        assertThat(again.subscriber().all(PeerCommand.PreferTcp.class).getLast().tcpOnly())
                .isTrue();
        assertThat(again.all(MessageCase.TRICKLE)).hasSize(1);
        assertThat(again.last(MessageCase.TRICKLE).getTrickle().getCandidateInit())
                .contains(" tcp ");
    }

    @Test
    void aFailedTransportAsksToResumeAndWaitsFiveSeconds() {
        alice.subscriber().fail();
        var leave = alice.last(MessageCase.LEAVE).getLeave();
        assertThat(leave.getReason()).isEqualTo(DisconnectReason.CONNECTION_TIMEOUT);
        assertThat(leave.getAction()).isEqualTo(Action.RESUME);
        assertThat(alice.closed).isTrue();
        bench.advanceMs(4_999);
        assertThat(bench.participant("alice")).isNotNull();
        bench.advanceMs(1);
        assertThat(bench.participant("alice")).isNull();
    }

    @Test
    void oldClientsAreNotAskedToResume() {
        var bob = bench.client("bob").protocol(12).joinActive();
        bob.subscriber().fail();
        assertThat(bob.has(MessageCase.LEAVE)).isFalse();
        assertThat(bob.closed).isTrue();
    }

    @Test
    void aLostWebsocketEndsASessionWithoutMediaAtOnce() {
        var bob = bench.client("bob").join();
        bench.room.onConnectionLost(bench.nowNs, bob.participant());
        bench.advanceMs(0);
        assertThat(bench.participant("bob")).isNull();
        assertThat(bob.has(MessageCase.LEAVE)).isFalse();
    }

    @Test
    void aLostWebsocketIsForgivenForAWhileIfMediaFlows() {
        bench.room.onConnectionLost(bench.nowNs, alice.participant());
        bench.advanceSeconds(29);
        assertThat(bench.participant("alice")).isNotNull();
        bench.advanceSeconds(1);
        assertThat(bench.participant("alice")).isNull();
    }

    @Test
    void aSyncStateWithUnknownTracksEndsInAFullReconnect() {
        var known = alice.publish(TestClient.microphone("m"));
        alice.asks().onSyncState(bench.nowNs, sync(known.getSid()).build());
        assertThat(alice.has(MessageCase.LEAVE)).isFalse();
        alice.asks().onSyncState(bench.nowNs, sync("TR_unknown").build());
        assertThat(alice.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
    }

    private static SyncState.Builder sync(String sid) {
        return SyncState.newBuilder()
                .setSubscription(UpdateSubscription.newBuilder().setSubscribe(true))
                .addTrackSidsDisabled("TR_z")
                .addPublishTracks(
                        TrackPublishedResponse.newBuilder()
                                .setTrack(TrackInfo.newBuilder().setSid(sid)));
    }

    @Test
    void oldJsClientsGetNoReconnectResponse() {
        var bob = bench.client("bob");
        bob.session.getClientBuilder().setVersion("1.6.2");
        bob.joinActive();
        var again = bob.resuming();
        again.tryJoin();
        assertThat(again.order().getFirst()).isEqualTo(MessageCase.UPDATE);
    }

    @Test
    void whoFellSilentMeanwhileIsTold() {
        var bob = bench.client("bob").joinActive();
        bob.publish(TestClient.microphone("m"));
        bench.advanceMs(200);
        alice.answer();
        var source =
                bob.publisher().all(PeerCommand.Receive.class).getFirst().parameters().source();
        bob.publisher().say(new PeerEvent.AudioLevelChanged(source, 0.5));
        bench.advanceSeconds(1);
        assertThat(alice.has(MessageCase.SPEAKERS_CHANGED)).isTrue();
        alice.asks().onAny(bench.nowNs);
        bench.room.onConnectionLost(bench.nowNs, alice.participant());
        bob.publisher().say(new PeerEvent.AudioLevelChanged(source, 0));
        bench.advanceSeconds(1);

        var again = alice.resuming();
        again.tryJoin();
        var speakers = again.last(MessageCase.SPEAKERS_CHANGED).getSpeakersChanged();
        assertThat(speakers.getSpeakers(0).getSid()).isEqualTo(bob.sid());
        assertThat(speakers.getSpeakers(0).getActive()).isFalse();
        bench.advanceSeconds(3);
        again.asks().onAny(bench.nowNs);
        var oncemore = again.resuming();
        oncemore.tryJoin();
        assertThat(oncemore.has(MessageCase.SPEAKERS_CHANGED)).isFalse();
    }

    @Test
    void whatWasAllowedAgainMeanwhileIsTold() {
        var bob = bench.client("bob").joinActive();
        var track = bob.publish(TestClient.microphone("m"));
        bob.asks()
                .onSubscriptionPermission(bench.nowNs, SubscriptionPermission.getDefaultInstance());
        bench.advanceSeconds(2);
        alice.answer().asks().onAny(bench.nowNs);
        bench.room.onConnectionLost(bench.nowNs, alice.participant());
        bench.advanceSeconds(1);
        bob.asks()
                .onSubscriptionPermission(
                        bench.nowNs,
                        SubscriptionPermission.newBuilder().setAllParticipants(true).build());
        var again = alice.resuming();
        again.tryJoin();
        var told = again.all(MessageCase.SUBSCRIPTION_PERMISSION_UPDATE).getFirst();
        assertThat(told.getSubscriptionPermissionUpdate().getTrackSid()).isEqualTo(track.getSid());
        assertThat(told.getSubscriptionPermissionUpdate().getAllowed()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whoseNodeIsNotSeenKeepsItsTimeThoughItsMediaFails(boolean nodeLost) {
        var bob = bench.client("bob").joinActive();
        if (nodeLost) {
            bench.room.onEdgeLost(bench.nowNs, bob.participant());
        } else {
            bench.room.onConnectionLost(bench.nowNs, bob.participant());
        }
        bench.advanceSeconds(15);
        bob.subscriber().say(new PeerEvent.StateChanged(PeerState.FAILED, "no consent"));

        bench.advanceSeconds(10);
        assertThat(bench.room.byIdentity("bob") != null).isEqualTo(nodeLost);

        bench.advanceSeconds(6);
        assertThat(bench.room.byIdentity("bob")).isNull();
    }

    @Test
    void anEmptiedMapOfHandlesIsTold() {
        var bob = bench.client("bob");
        bob.session.setAutoSubscribeDataTrack(true);
        bob.joinActive();
        alice.asks()
                .onPublishDataTrack(
                        bench.nowNs,
                        PublishDataTrackRequest.newBuilder().setPubHandle(7).setName("x").build());
        assertThat(bob.has(MessageCase.DATA_TRACK_SUBSCRIBER_HANDLES)).isTrue();
        bench.room.onConnectionLost(bench.nowNs, bob.participant());
        alice.asks()
                .onUnpublishDataTrack(
                        bench.nowNs,
                        UnpublishDataTrackRequest.newBuilder().setPubHandle(7).build());
        var again = bob.resuming();
        again.tryJoin();
        assertThat(
                        again.last(MessageCase.DATA_TRACK_SUBSCRIBER_HANDLES)
                                .getDataTrackSubscriberHandles()
                                .getSubHandlesMap())
                .isEmpty();
    }

    @Test
    void aSyncStateInTheJoinRequestCounts() {
        var again = alice.resuming();
        again.session.setSyncState(sync("TR_unknown"));
        assertThat(again.tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
        assertThat(again.heard.getFirst().hasReconnect()).isTrue();
        assertThat(again.last(MessageCase.LEAVE).getLeave().getAction())
                .isEqualTo(Action.RECONNECT);
        assertThat(bench.participant("alice")).isNull();
    }

    @Test
    void aResumeMayBeMadeToBreakAfterItsWords() {
        var admin = bench.client("admin").video("\"roomAdmin\":true").joinActive();
        admin.asks()
                .onSimulate(
                        bench.nowNs,
                        SimulateScenario.newBuilder().setDisconnectSignalOnResume(true).build());
        var broken = admin.resuming();
        assertThat(broken.tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
        assertThat(broken.has(MessageCase.RECONNECT)).isTrue();
        assertThat(broken.closed).isTrue();
        var again = broken.resuming();
        again.tryJoin();
        assertThat(again.closed).isFalse();
    }

    @Test
    void aResumeMayBeMadeToBreakThreeTimesWithoutAWord() {
        var admin = bench.client("admin").video("\"roomAdmin\":true").joinActive();
        var scenario =
                SimulateScenario.newBuilder().setDisconnectSignalOnResumeNoMessages(true).build();
        admin.asks().onSimulate(bench.nowNs, scenario);
        for (int i = 0; i < 3; i++) {
            var broken = admin.resuming();
            assertThat(broken.tryJoin()).isInstanceOf(JoinOutcome.TurnedAway.class);
            assertThat(broken.heard).isEmpty();
            assertThat(broken.closed).isTrue();
        }
        assertThat(admin.resuming().tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
        admin.asks().onSimulate(bench.nowNs, scenario);
        bench.advanceSeconds(5);
        assertThat(admin.resuming().tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
    }
}

package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import livekit.LivekitModels.DataPacket;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitModels.ReconnectReason;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SyncState;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.UpdateSubscription;
import org.junit.jupiter.api.Test;

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
}

package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import java.time.Duration;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SimulateScenario;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndingsTest {
    private final RoomBench bench = new RoomBench();

    @ParameterizedTest
    @CsvSource({
        "clientLeft,1,0", "removed,4,0", "deleted,5,0", "closed,10,0", "shutdown,3,2",
        "simulatedShutdown,3,0", "fullReconnect,6,2", "joinFailed,7,0", "timedOut,14,0",
                "duplicate,2,0"
    })
    @SuppressWarnings("deprecation") // what old clients read
    void everyEndingHasItsWordsForNewAndOldClients(String ending, int reason, int action) {
        var fresh = bench.client("fresh").protocol(13).joinActive();
        var old = bench.client("old").protocol(12).joinActive();
        end(ending, fresh);
        end(ending, old);
        var leave = fresh.last(MessageCase.LEAVE).getLeave();
        assertThat(leave.getReason().getNumber()).isEqualTo(reason);
        assertThat(leave.getAction().getNumber()).isEqualTo(action);
        assertThat(leave.getCanReconnect()).isFalse();
        var oldLeave = old.last(MessageCase.LEAVE).getLeave();
        assertThat(oldLeave.getAction()).isEqualTo(Action.DISCONNECT);
        assertThat(oldLeave.getCanReconnect()).isEqualTo(action == Action.RECONNECT_VALUE);
        assertThat(fresh.closed && old.closed).isTrue();
        assertThat(fresh.heard.getLast().hasLeave()).isTrue();
        assertThat(bench.room.participants()).isEmpty();
        assertThat(bench.media.openPeers()).isZero();
    }

    private void end(String ending, TestClient client) {
        var endings = bench.room.endings();
        var who = client.participant();
        switch (ending) {
            case "clientLeft" ->
                    client.asks().onLeave(bench.nowNs, LeaveRequest.getDefaultInstance());
            case "removed" -> endings.removedByApi(bench.nowNs, who);
            case "deleted" -> endings.roomDeleted(bench.nowNs, who);
            case "closed" -> endings.roomClosed(bench.nowNs, who);
            case "shutdown" -> endings.serverShutdown(bench.nowNs, who);
            case "simulatedShutdown" -> endings.simulatedShutdown(bench.nowNs, who);
            case "fullReconnect" -> endings.fullReconnect(bench.nowNs, who);
            case "joinFailed" -> endings.joinFailed(bench.nowNs, who);
            case "timedOut" -> endings.connectionTimedOut(bench.nowNs, who);
            case "duplicate" -> endings.duplicateIdentity(bench.nowNs, who);
            default -> throw new AssertionError(ending);
        }
    }

    @Test
    void nobodyIsGivenUpByANodeThatMayNotDecide() {
        var watcher = bench.client("watcher").joinActive();
        var alice = bench.client("alice").joinActive();
        var ben = bench.client("ben").join();
        bench.isFenced = true;
        bench.room.onConnectionLost(bench.nowNs, alice.participant());
        bench.room.onConnectionLost(bench.nowNs, ben.participant());
        bench.advance(Duration.ofMinutes(10));
        assertThat(watcher.told("alice")).noneMatch(EndingsTest::isFarewell);
        assertThat(bench.room.participants()).hasSize(3);

        bench.isFenced = false;
        bench.advance(Duration.ofSeconds(1));
        assertThat(watcher.told("alice")).anyMatch(EndingsTest::isFarewell);
        assertThat(bench.room.participants()).containsOnly(watcher.participant());
    }

    @Test
    void anEmptyRoomIsNotClosedByANodeThatMayNotDecide() {
        var alice = bench.client("alice").joinActive();
        bench.isFenced = true;
        alice.asks().onLeave(bench.nowNs, LeaveRequest.getDefaultInstance());
        bench.advance(Duration.ofMinutes(10));
        assertThat(bench.room.isClosed()).isFalse();

        bench.isFenced = false;
        bench.advance(Duration.ofSeconds(1));
        assertThat(bench.room.isClosed()).isTrue();
    }

    private static boolean isFarewell(ParticipantInfo info) {
        return info.getState() == ParticipantInfo.State.DISCONNECTED;
    }

    @Test
    void theClientsOwnReasonIsKeptIfItIsOne() {
        var watcher = bench.client("watcher").joinActive();
        var alice = bench.client("alice").joinActive();
        alice.asks()
                .onLeave(
                        bench.nowNs,
                        LeaveRequest.newBuilder()
                                .setReason(DisconnectReason.USER_REJECTED)
                                .build());
        assertThat(watcher.told("alice").getLast().getDisconnectReason())
                .isEqualTo(DisconnectReason.USER_REJECTED);
        var bob = bench.client("bob").joinActive();
        bob.asks()
                .onLeave(
                        bench.nowNs,
                        LeaveRequest.newBuilder().setReason(DisconnectReason.ROOM_DELETED).build());
        assertThat(watcher.told("bob").getLast().getDisconnectReason())
                .isEqualTo(DisconnectReason.CLIENT_INITIATED);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoClosesMediaAndWebsocketHasLeft(boolean mediaFirst) {
        var watcher = bench.client("watcher").joinActive();
        var alice = bench.client("alice").joinActive();
        var peer = bench.media.peer("alice", "subscriber");
        if (mediaFirst) {
            peer.say(new PeerEvent.Goodbye());
        }
        bench.room.onConnectionLost(bench.nowNs, alice.participant());
        if (!mediaFirst) {
            peer.say(new PeerEvent.Goodbye());
        }
        bench.advanceMs(900);
        assertThat(bench.participant("alice")).isNotNull();
        bench.advanceMs(200);
        assertThat(bench.participant("alice")).isNull();
        assertThat(watcher.told("alice").getLast().getDisconnectReason())
                .isEqualTo(DisconnectReason.CLIENT_INITIATED);
    }

    @Test
    void closedMediaAloneIsNoLeaving() {
        var alice = bench.client("alice").joinActive();
        bench.media.peer("alice", "subscriber").say(new PeerEvent.Goodbye());
        bench.advanceSeconds(3);
        assertThat(bench.participant("alice")).isNotNull();
        assertThat(alice.has(MessageCase.LEAVE)).isFalse();
    }

    @Test
    void aHandedOverRoomSendsItsClientsOnAndKeepsTheirMediaForAWhile() {
        var alice = bench.client("alice").joinActive();
        var old = bench.client("old").protocol(12).joinActive();
        bench.room.close(bench.nowNs, RoomEvent.RoomEnd.HANDED_OVER);
        assertThat(alice.last(MessageCase.LEAVE).getLeave().getAction()).isEqualTo(Action.RESUME);
        assertThat(alice.closed).isTrue();
        assertThat(old.has(MessageCase.LEAVE)).isFalse();
        assertThat(old.closed).isTrue();
        assertThat(alice.subscriber().isClosed()).isFalse();

        bench.room.letGo(bench.nowNs);
        assertThat(alice.subscriber().all(PeerCommand.Close.class))
                .containsExactly(new PeerCommand.Close(false));
    }

    @Test
    void simulationsNeedPermission() {
        var alice = bench.client("alice").joinActive();
        var leave = SimulateScenario.newBuilder().setServerLeave(true).build();
        alice.asks().onSimulate(bench.nowNs, leave);
        assertThat(alice.has(MessageCase.LEAVE)).isFalse();
        var admin = bench.client("admin").video("\"roomAdmin\":true").joinActive();
        admin.asks()
                .onSimulate(bench.nowNs, SimulateScenario.newBuilder().setSpeakerUpdate(1).build());
        bench.advanceMs(1);
        assertThat(admin.has(MessageCase.SPEAKERS_CHANGED)).isTrue();
        admin.asks().onSimulate(bench.nowNs, leave);
        assertThat(admin.last(MessageCase.LEAVE).getLeave().getReason())
                .isEqualTo(DisconnectReason.SERVER_SHUTDOWN);
    }
}

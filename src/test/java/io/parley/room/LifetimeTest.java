package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import org.junit.jupiter.api.Test;

class LifetimeTest {
    private final RoomBench bench = new RoomBench();

    @Test
    void anUnusedRoomEndsAfterTheEmptyTimeout() {
        bench.started();
        bench.advanceSeconds(299);
        assertThat(bench.room.isClosed()).isFalse();
        bench.advanceSeconds(1);
        assertThat(bench.room.isClosed()).isTrue();
        assertThat(bench.events.getLast())
                .isInstanceOfSatisfying(
                        RoomEvent.RoomFinished.class,
                        end -> assertThat(end.end()).isEqualTo(RoomEvent.RoomEnd.IDLE_TIMEOUT));
        assertThat(bench.client("late").tryJoin())
                .isEqualTo(new JoinOutcome.Refused(JoinOutcome.Refusal.ROOM_CLOSED));
    }

    @Test
    void aUsedRoomEndsAfterTheDepartureTimeoutWithItsAgents() {
        var alice = bench.client("alice").joinActive();
        var agent = bench.client("agent").claim("\"kind\":\"agent\"").joinActive();
        bench.advanceSeconds(1000);
        bench.room
                .endings()
                .clientLeft(bench.nowNs, alice.participant(), DisconnectReason.CLIENT_INITIATED);
        bench.advanceSeconds(19);
        assertThat(bench.room.isClosed()).isFalse();
        bench.advanceSeconds(1);
        assertThat(bench.room.isClosed()).isTrue();
        assertThat(agent.last(MessageCase.LEAVE).getLeave().getReason())
                .isEqualTo(DisconnectReason.ROOM_CLOSED);
    }

    @Test
    void whoComesBackInTimeKeepsTheRoom() {
        var alice = bench.client("alice").joinActive();
        bench.room
                .endings()
                .clientLeft(bench.nowNs, alice.participant(), DisconnectReason.CLIENT_INITIATED);
        bench.advanceSeconds(19);
        bench.client("alice").joinActive();
        bench.advanceSeconds(100);
        assertThat(bench.room.isClosed()).isFalse();
    }

    @Test
    void anEmptyIdentityOnlyCreatesTheRoom() {
        var nobody = bench.client("");
        assertThat(nobody.tryJoin()).isInstanceOf(JoinOutcome.RoomOnly.class);
        assertThat(nobody.heard).isEmpty();
        assertThat(bench.room.isStarted()).isTrue();
        assertThat(bench.room.participants()).isEmpty();
    }

    @Test
    void countsAreToldEveryFiveSeconds() {
        var alice = bench.client("alice").joinActive();
        bench.advanceSeconds(5);
        alice.forget();
        bench.client("bob").joinActive();
        bench.advanceSeconds(5);
        assertThat(
                        alice.last(MessageCase.ROOM_UPDATE)
                                .getRoomUpdate()
                                .getRoom()
                                .getNumParticipants())
                .isEqualTo(2);
    }

    @Test
    void twoHundredJoinsAndLeavesLeaveNothingBehind() {
        bench.started();
        bench.advanceSeconds(1);
        int timers = bench.room.timers().size();
        for (int i = 0; i < 200; i++) {
            var client = bench.client("p" + i);
            if (i % 2 == 0) {
                client.single();
            }
            client.joinActive();
            client.publish(TestClient.microphone("m"));
            client.publish(TestClient.camera("c"));
            bench.advanceMs(50);
            bench.room
                    .endings()
                    .clientLeft(
                            bench.nowNs, client.participant(), DisconnectReason.CLIENT_INITIATED);
            assertThat(bench.room.timers().countOf(client.sid())).isZero();
        }
        assertThat(bench.room.participants()).isEmpty();
        assertThat(bench.room.participantsBySid()).isEmpty();
        assertThat(bench.media.openPeers()).isZero();
        bench.advanceSeconds(6);
        assertThat(bench.room.timers().size()).isLessThanOrEqualTo(timers);
        assertThat(bench.events(RoomEvent.ParticipantLeft.class)).hasSize(200);
        assertThat(bench.events(RoomEvent.TrackUnpublished.class)).hasSize(400);
    }

    @Test
    void updatesAreSplitIntoBatches() {
        List<ParticipantInfo> infos =
                IntStream.range(0, 100)
                        .mapToObj(i ->
                                ParticipantInfo.newBuilder()
                                        .setSid("PA_" + i)
                                        .setMetadata("x".repeat(1000))
                                        .build())
                        .toList();
        var batches = Updates.batches(infos, 10_000);
        assertThat(batches).hasSizeGreaterThan(9);
        assertThat(batches)
                .allSatisfy(each -> assertThat(each.getSerializedSize()).isLessThan(10_500));
        assertThat(batches.stream().mapToInt(each -> each.getParticipantsCount()).sum())
                .isEqualTo(100);
    }
}

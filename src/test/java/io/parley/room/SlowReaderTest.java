package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.UpdateParticipantMetadata;
import org.junit.jupiter.api.Test;

/// One client reads slowly, or many change at once.
class SlowReaderTest {
    private final RoomBench bench = new RoomBench();
    private final TestClient anna = bench.client("anna").joinActive();
    private final TestClient bob = talker("bob").joinActive();

    private TestClient talker(String identity) {
        return bench.client(identity).video("\"canUpdateOwnMetadata\":true");
    }

    private static void describe(TestClient client, String metadata) {
        client.asks()
                .onUpdateMetadata(
                        client.bench.nowNs,
                        UpdateParticipantMetadata.newBuilder().setMetadata(metadata).build());
    }

    private void readOn(TestClient client) {
        client.slow = false;
        client.asks().onReady();
    }

    @Test
    void hearsOnlyTheNewestOnceItReadsAgain() {
        anna.forget().slow = true;
        for (int i = 0; i < 100; i++) {
            describe(bob, "m" + i);
            bench.advanceMs(100);
        }
        assertThat(anna.heard).isEmpty();

        readOn(anna);

        assertThat(anna.told("bob"))
                .extracting(ParticipantInfo::getMetadata)
                .containsExactly("m99");
        describe(bob, "later");
        assertThat(anna.told("bob").getLast().getMetadata()).isEqualTo("later");
    }

    @Test
    void knowsAPublisherBeforeTheOfferThatCarriesItsTrack() {
        anna.answer();
        anna.forget().slow = true;
        describe(bob, "first");
        bob.publish(TestClient.microphone("mic"));
        bob.publisher();
        bench.advanceMs(200);
        describe(bob, "second");

        readOn(anna);

        var order = anna.order();
        assertThat(anna.told("bob")).hasSize(1);
        assertThat(anna.told("bob").getFirst().getTracksCount()).isEqualTo(1);
        if (order.contains(MessageCase.OFFER)) {
            assertThat(order.indexOf(MessageCase.UPDATE))
                    .isLessThan(order.indexOf(MessageCase.OFFER));
        }
    }

    @Test
    void hearsAFarewellBeforeTheSameNameComesBack() {
        anna.forget().slow = true;
        describe(bob, "m");
        String before = bob.sid();
        bob.asks().onLeave(bench.nowNs, LeaveRequest.getDefaultInstance());
        bench.advanceSeconds(2);
        var again = bench.client("bob").join();

        readOn(anna);

        assertThat(anna.told("bob"))
                .extracting(ParticipantInfo::getSid)
                .containsExactly(before, again.sid());
        assertThat(anna.told("bob").getFirst().getState()).isEqualTo(State.DISCONNECTED);
    }

    @Test
    void isCutWhenTooMuchWaitsThatNothingReplacesAndMayResume() {
        var mute = MuteTrackRequest.newBuilder().setSid("TR_unknown").build();
        anna.slow = true;
        for (int i = 0; i <= Backlog.MAX_MESSAGES; i++) {
            assertThat(anna.cut).isFalse();
            anna.asks().onMute(bench.nowNs, mute);
        }
        assertThat(anna.cut).isTrue();
        bob.forget();
        bench.room.onConnectionLost(bench.nowNs, anna.participant());
        describe(bob, "meanwhile");
        bench.advanceSeconds(5);

        var again = anna.resuming();

        assertThat(again.tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
        assertThat(again.order()).startsWith(MessageCase.RECONNECT);
        assertThat(again.told("bob").getLast().getMetadata()).isEqualTo("meanwhile");
        assertThat(again.all(MessageCase.REQUEST_RESPONSE)).hasSize(200);
        assertThat(bob.told("anna"))
                .extracting(ParticipantInfo::getState)
                .doesNotContain(State.DISCONNECTED);
    }

    @Test
    void hearsALeaveAheadOfEverything() {
        anna.forget().slow = true;
        describe(bob, "m");
        bench.room.endings().removedByApi(bench.nowNs, anna.participant());

        assertThat(anna.order()).containsExactly(MessageCase.LEAVE);
        assertThat(anna.closed).isTrue();
    }

    @Test
    void inABurstTheSameNameComesBackAfterItsFarewell() {
        anna.forget();
        for (int i = 0; i < 30; i++) {
            bench.client("p" + i).join();
        }
        var first = bench.client("carl").join();
        first.asks().onLeave(bench.nowNs, LeaveRequest.getDefaultInstance());
        var second = bench.client("carl").join();
        bench.advanceSeconds(2);

        assertThat(anna.told("carl")).isNotEmpty();
        assertThat(anna.told("carl").getLast().getSid()).isEqualTo(second.sid());
        assertThat(anna.told("carl").getLast().getState()).isNotEqualTo(State.DISCONNECTED);
        var sids = anna.told("carl").stream().map(ParticipantInfo::getSid).distinct().toList();
        assertThat(List.of(first.sid(), second.sid())).containsAll(sids);
    }

    @Test
    void inAFloodOfChangesEverybodyHearsTheNewestSoon() {
        int changes = 2 * Updates.BURST_MESSAGES;
        anna.forget();
        for (int i = 0; i < changes; i++) {
            describe(bob, "m" + i);
        }
        bench.advanceMs(600);

        assertThat(anna.told("bob")).hasSizeLessThanOrEqualTo(changes / 4 + 1);
        assertThat(anna.told("bob").getLast().getMetadata()).isEqualTo("m" + (changes - 1));
        assertThat(bob.told("bob").getLast().getMetadata()).isEqualTo("m" + (changes - 1));
    }

    @Test
    void inAFloodTheTrackIsKnownBeforeItsOffer() {
        anna.answer();
        for (int i = 0; i < Updates.BURST_MESSAGES; i++) {
            describe(bob, "m" + i);
        }
        anna.forget();
        bob.publish(TestClient.microphone("mic"));
        bob.publisher().connect();
        bench.advanceMs(300);

        var order = anna.order();
        assertThat(order).contains(MessageCase.OFFER);
        assertThat(order.indexOf(MessageCase.UPDATE)).isLessThan(order.indexOf(MessageCase.OFFER));
        var known = anna.heard.get(order.indexOf(MessageCase.UPDATE)).getUpdate();
        assertThat(known.getParticipants(0).getTracksCount()).isEqualTo(1);
    }
}

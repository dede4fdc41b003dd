package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.media.PeerCommand;
import livekit.LivekitModels.ReconnectReason;
import livekit.LivekitRtc.CandidateProtocol;
import livekit.LivekitRtc.SignalResponse.MessageCase;
import livekit.LivekitRtc.SimulateScenario;
import org.junit.jupiter.api.Test;

class FallbackTest {
    private static final int LONG_SECONDS = 100;

    private final RoomBench bench = new RoomBench();
    private TestClient alice = bench.client("alice").video("\"roomAdmin\":true").joinActive();

    private boolean goesOverTcp() {
        var told = alice.subscriber().all(PeerCommand.PreferTcp.class);
        return !told.isEmpty() && told.getLast().tcpOnly();
    }

    private void resume(ReconnectReason reason) {
        alice = alice.resuming();
        alice.session.setReconnectReason(reason);
        assertThat(alice.tryJoin()).isInstanceOf(JoinOutcome.Resumed.class);
        alice.answer();
        alice.subscriber().connect();
    }

    private void wait(int seconds) {
        bench.advanceSeconds(seconds);
        alice.asks().onAny(bench.nowNs);
    }

    @Test
    void aShortConnectionWhoseEndTheServerSeesGoesOverTcp() {
        alice.subscriber().fail();
        resume(ReconnectReason.RR_UNKNOWN);
        assertThat(goesOverTcp()).isTrue();
    }

    @Test
    void oneFailureSeenByBothSidesIsOne() {
        alice.offer();
        wait(LONG_SECONDS);
        alice.publisher().fail();
        alice.subscriber().fail();
        resume(ReconnectReason.RR_SUBSCRIBER_FAILED);
        assertThat(goesOverTcp()).isFalse();
        wait(30);
        alice.subscriber().fail();
        resume(ReconnectReason.RR_UNKNOWN);
        assertThat(goesOverTcp()).isTrue();
    }

    @Test
    void whoWasSilentOnItsWebsocketTooHasLostItsNetwork() {
        bench.advanceSeconds(16);
        alice.subscriber().fail();
        resume(ReconnectReason.RR_SUBSCRIBER_FAILED);
        assertThat(goesOverTcp()).isFalse();
    }

    @Test
    void aForcedProtocolSurvivesAFullReconnect() {
        force(CandidateProtocol.TCP);
        alice = bench.client("alice").video("\"roomAdmin\":true").join();
        assertThat(alice.last(MessageCase.JOIN).getJoin().getFastPublish()).isFalse();
        assertThat(goesOverTcp()).isTrue();
        force(CandidateProtocol.UDP);
        alice = bench.client("alice").join();
        assertThat(goesOverTcp()).isFalse();
    }

    private void force(CandidateProtocol protocol) {
        var scenario = SimulateScenario.newBuilder().setSwitchCandidateProtocol(protocol);
        alice.asks().onSimulate(bench.nowNs, scenario.build());
    }
}

package io.parley.room;

import java.time.Duration;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.CandidateProtocol;
import livekit.LivekitRtc.SimulateScenario;

/// Failures on demand, for test suites (signal.md §4.11): only in dev mode or for room admins (§10
/// #23). Used once.
final class Simulations {
    private static final double LOUD = 0.9;

    private final Room room;

    Simulations(Room room) {
        this.room = room;
    }

    void onRequest(long nowNs, Participant participant, SimulateScenario scenario) {
        boolean allowed =
                room.settings().switches().allowSimulate()
                        || participant.init().grants().video().roomAdmin();
        if (!allowed) {
            return;
        }
        var endings = room.endings();
        switch (scenario.getScenarioCase()) {
            case SPEAKER_UPDATE -> speak(nowNs, participant, scenario.getSpeakerUpdate());
            case NODE_FAILURE ->
                    endings.silently(nowNs, participant, DisconnectReason.UNKNOWN_REASON);
            case MIGRATION -> endings.silently(nowNs, participant, DisconnectReason.MIGRATION);
            case SERVER_LEAVE -> endings.simulatedShutdown(nowNs, participant);
            case SWITCH_CANDIDATE_PROTOCOL ->
                    participant
                            .negotiation()
                            .preferTcp(
                                    nowNs,
                                    scenario.getSwitchCandidateProtocol() != CandidateProtocol.UDP);
            case LEAVE_REQUEST_FULL_RECONNECT -> endings.fullReconnect(nowNs, participant);
            case DISCONNECT_SIGNAL_ON_RESUME,
                    DISCONNECT_SIGNAL_ON_RESUME_NO_MESSAGES,
                    SUBSCRIBER_BANDWIDTH,
                    SCENARIO_NOT_SET -> {
                // Nothing that this server does.
            }
        }
    }

    private void speak(long nowNs, Participant participant, int seconds) {
        room.speakers().simulate(nowNs, participant, LOUD);
        room.timers()
                .start(
                        nowNs + Duration.ofSeconds(seconds).toNanos(),
                        participant.sid(),
                        "simulated speaker",
                        laterNs -> room.speakers().simulate(laterNs, participant, 0));
    }
}

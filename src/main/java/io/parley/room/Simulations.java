package io.parley.room;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.CandidateProtocol;
import livekit.LivekitRtc.SimulateScenario;

/// Failures on demand, for test suites (signal.md §4.11): only in dev mode or for room admins (§10
/// #23). Owned by its room.
final class Simulations {
    private static final double LOUD = 0.9;
    private static final long ARMED_NS = Duration.ofSeconds(5).toNanos();
    private static final int MAX_SILENT_BREAKS = 3;

    private final Room room;
    private final Map<String, Break> breaks = new HashMap<>();

    /// The websocket of the next resume will break, before anything is said on it or afterwards.
    private record Break(long untilNs, boolean silent, int left) {}

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
                    switchProtocol(nowNs, participant, scenario.getSwitchCandidateProtocol());
            case LEAVE_REQUEST_FULL_RECONNECT -> endings.fullReconnect(nowNs, participant);
            case DISCONNECT_SIGNAL_ON_RESUME ->
                    breaks.put(participant.sid(), new Break(nowNs + ARMED_NS, false, 1));
            case DISCONNECT_SIGNAL_ON_RESUME_NO_MESSAGES ->
                    breaks.put(
                            participant.sid(),
                            new Break(nowNs + ARMED_NS, true, MAX_SILENT_BREAKS));
            case SUBSCRIBER_BANDWIDTH, SCENARIO_NOT_SET -> {
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

    /// Remembered by identity too: clients come back with a full reconnect.
    private void switchProtocol(long nowNs, Participant participant, CandidateProtocol protocol) {
        boolean tcp = protocol != CandidateProtocol.UDP && participant.traits().takesTcp();
        room.fallback().prefer(nowNs, participant.identity(), tcp);
        participant.negotiation().preferTcp(nowNs, tcp);
    }

    /// Whether the websocket of a resume is to break without a word.
    boolean breaksSilently(long nowNs, Participant participant) {
        return takeBreak(nowNs, participant, true);
    }

    /// Whether it is to break once everything was said.
    boolean breaksAfterwards(long nowNs, Participant participant) {
        return takeBreak(nowNs, participant, false);
    }

    private boolean takeBreak(long nowNs, Participant participant, boolean silent) {
        var next = breaks.get(participant.sid());
        if (next == null || next.silent != silent) {
            return false;
        }
        breaks.remove(participant.sid());
        if (nowNs >= next.untilNs) {
            return false;
        }
        if (next.left > 1) {
            breaks.put(participant.sid(), new Break(next.untilNs, silent, next.left - 1));
        }
        return true;
    }

    void onGone(Participant participant) {
        breaks.remove(participant.sid());
    }
}

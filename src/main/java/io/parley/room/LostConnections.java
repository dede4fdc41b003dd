package io.parley.room;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

/// What happens to a participant whose websocket or media went away without a word (signal.md
/// §6.3). Owned by its room.
final class LostConnections {
    static final long RESUME_NS = Duration.ofSeconds(5).toNanos();
    static final long DETACHED_NS = Duration.ofSeconds(30).toNanos();

    private final Room room;
    private final Set<Participant> failed = new HashSet<>();

    /// Without a websocket since the node that held it is not seen any more.
    private final Set<Participant> behind = new HashSet<>();

    LostConnections(Room room) {
        this.room = room;
    }

    /// The client is asked to resume; whoever does not within 5 s is gone. Both its connections
    /// failing is one failure. Who may be behind a cut is not asked, and keeps its time.
    void onTransportFailed(long nowNs, Participant participant, Transport transport) {
        boolean first = failed.add(participant);
        if (!participant.signal().isDetached()) {
            if (first && !participant.negotiation().saidGoodbye()) {
                room.fallback().onFailure(nowNs, participant, transport);
            }
            room.endings().askToResume(nowNs, participant);
        } else if (behind.contains(participant)) {
            return;
        }
        awaitResume(nowNs, participant, RESUME_NS);
    }

    /// Without media the participant goes with its websocket, else it may resume for a while (§10
    /// #7; LiveKit waits without a limit).
    void onSignalLost(long nowNs, Participant participant) {
        behind.remove(participant);
        if (participant.isGone()) {
            return;
        }
        if (!participant.negotiation().wasConnected()) {
            participant.awaitResume(
                    nowNs, 0, laterNs -> room.endings().signalClosed(laterNs, participant));
            return;
        }
        participant.signal().onConnectionLost(nowNs);
        awaitResume(nowNs, participant, DETACHED_NS);
        if (participant.negotiation().saidGoodbye()) {
            room.endings().vanished(nowNs, participant);
        }
    }

    /// Its node died or is cut off. Where it is cut off from this one alone, its room goes on
    /// there, and its media with it: both come back when the sides merge.
    void onEdgeLost(long nowNs, Participant participant) {
        onSignalLost(nowNs, participant);
        if (!participant.isGone()) {
            behind.add(participant);
        }
    }

    /// Another node lost it, or gave it away: its websocket and its media are to come here.
    void onTakenOver(long nowNs, Participant participant) {
        awaitResume(nowNs, participant, DETACHED_NS);
    }

    private void awaitResume(long nowNs, Participant participant, long limitNs) {
        participant.awaitResume(
                nowNs, limitNs, laterNs -> room.endings().connectionTimedOut(laterNs, participant));
    }

    /// True if the failure that made it resume was seen here before the client told it.
    boolean onResumed(Participant participant) {
        behind.remove(participant);
        return failed.remove(participant);
    }

    void onGone(Participant participant) {
        failed.remove(participant);
        behind.remove(participant);
    }

    /// Whoever closes its media and is without a websocket has left.
    void onGoodbye(long nowNs, Participant participant) {
        if (participant.signal().isDetached()) {
            room.endings().vanished(nowNs, participant);
        }
    }
}

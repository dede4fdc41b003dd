package io.parley.room;

import java.util.EnumSet;
import java.util.Set;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRtc.LeaveRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.SignalResponse;

/// Every way in which a participant ends, with the words it hears (signal.md §6.5). The Leave comes
/// before the websocket closes, so that no client hangs on a bare 1000 (§10 #13). Owned by its
/// room.
final class Endings {
    /// What a client may say of its own leaving.
    private static final Set<DisconnectReason> CLIENT_REASONS =
            EnumSet.of(
                    DisconnectReason.CLIENT_INITIATED,
                    DisconnectReason.USER_UNAVAILABLE,
                    DisconnectReason.USER_REJECTED,
                    DisconnectReason.SIP_TRUNK_FAILURE,
                    DisconnectReason.AGENT_ERROR);

    private static final long RETURN_NS = 1_000_000_000L;

    private final Room room;

    Endings(Room room) {
        this.room = room;
    }

    void clientLeft(long nowNs, Participant participant, DisconnectReason said) {
        var reason = CLIENT_REASONS.contains(said) ? said : DisconnectReason.CLIENT_INITIATED;
        end(nowNs, participant, reason, Action.DISCONNECT);
    }

    /// Websocket and media both closed by the client: its Leave was lost on the way, as happens to
    /// SDKs that close the socket right behind it. A full reconnect looks the same, so the identity
    /// has a moment to come back unnoticed. Deviates: LiveKit waits for ICE, 20 s.
    void vanished(long nowNs, Participant participant) {
        participant.awaitResume(
                nowNs,
                RETURN_NS,
                laterNs -> clientLeft(laterNs, participant, DisconnectReason.CLIENT_INITIATED));
    }

    void duplicateIdentity(long nowNs, Participant old) {
        leave(old, DisconnectReason.DUPLICATE_IDENTITY, Action.DISCONNECT);
        room.remove(nowNs, old, DisconnectReason.DUPLICATE_IDENTITY, true);
    }

    void removedByApi(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.PARTICIPANT_REMOVED, Action.DISCONNECT);
    }

    void roomDeleted(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.ROOM_DELETED, Action.DISCONNECT);
    }

    void roomClosed(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.ROOM_CLOSED, Action.DISCONNECT);
    }

    /// Deviates: LiveKit says DISCONNECT, after which no client looks for another node (§10 #1).
    void serverShutdown(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.SERVER_SHUTDOWN, Action.RECONNECT);
    }

    /// The `server_leave` scenario of test suites.
    void simulatedShutdown(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.SERVER_SHUTDOWN, Action.DISCONNECT);
    }

    /// Both sides disagree: the client shall come back as a new session.
    void fullReconnect(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.STATE_MISMATCH, Action.RECONNECT);
    }

    void joinFailed(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.JOIN_FAILURE, Action.DISCONNECT);
    }

    /// The websocket went before there was media: nobody is left to hear a Leave.
    void signalClosed(long nowNs, Participant participant) {
        room.remove(nowNs, participant, DisconnectReason.SIGNAL_CLOSE, false);
    }

    /// The media transport failed and nobody resumed in time.
    void connectionTimedOut(long nowNs, Participant participant) {
        end(nowNs, participant, DisconnectReason.CONNECTION_TIMEOUT, Action.DISCONNECT);
    }

    /// Migration and node failure scenarios: gone without a word.
    void silently(long nowNs, Participant participant, DisconnectReason reason) {
        room.remove(nowNs, participant, reason, false);
    }

    /// Another node owns the room now: the client is sent there. Its media goes on here until the
    /// room lets go of it, so that nothing is missed meanwhile.
    void sendOn(long nowNs, Participant participant) {
        boolean follows = participant.negotiation().canMove();
        leave(participant, DisconnectReason.MIGRATION, follows ? Action.RESUME : Action.RECONNECT);
        participant.signal().closeConnection(nowNs);
    }

    /// The last trace of it here; nobody hears of it.
    void letGo(long nowNs, Participant participant) {
        participant.signal().close();
        room.remove(nowNs, participant, DisconnectReason.MIGRATION, false);
    }

    /// The node that holds the websocket goes; the room stays.
    void askToMove(long nowNs, Participant participant) {
        leave(participant, DisconnectReason.SERVER_SHUTDOWN, Action.RESUME);
        participant.signal().closeConnection(nowNs);
        room.onConnectionLost(nowNs, participant);
    }

    /// The media transport failed: the client is asked back over a new websocket.
    void askToResume(long nowNs, Participant participant) {
        leave(participant, DisconnectReason.CONNECTION_TIMEOUT, Action.RESUME);
        participant.signal().closeConnection(nowNs);
    }

    private void end(long nowNs, Participant participant, DisconnectReason reason, Action action) {
        leave(participant, reason, action);
        room.remove(nowNs, participant, reason, false);
    }

    private static void leave(Participant participant, DisconnectReason reason, Action action) {
        var client = participant.traits();
        if (action == Action.RESUME && !client.takesLeaveAction()) {
            return;
        }
        participant.signal().send(leave(client, reason, action));
    }

    static SignalResponse leave(ClientTraits client, DisconnectReason reason, Action action) {
        var leave = LeaveRequest.newBuilder().setReason(reason);
        if (client.takesLeaveAction()) {
            leave.setAction(action);
        } else {
            leave.setCanReconnect(action == Action.RECONNECT);
        }
        return SignalResponse.newBuilder().setLeave(leave).build();
    }
}

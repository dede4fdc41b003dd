package io.parley.room;

import io.parley.store.state.ParticipantState;
import java.time.Duration;
import livekit.LivekitRtc.SyncState;
import org.jspecify.annotations.Nullable;

/// How a participant's peer connections come here from the node that had the room before: the
/// client says what it knows of them, gets an offer (dual) or sends one, and its media follows; who
/// has not come in time begins anew. Owned by its negotiation.
final class Arrival {
    static final long ARRIVAL_NS = Duration.ofSeconds(12).toNanos();
    static final long SYNC_NS = Duration.ofMillis(500).toNanos();

    private final Room room;
    private final Participant participant;
    private final ParticipantState before;
    private Timers.@Nullable Timer due;
    private Timers.@Nullable Timer sync;
    private boolean syncs;

    /// @param before what the other node knew of the participant, empty if there was none
    Arrival(Room room, Participant participant, ParticipantState before) {
        this.room = room;
        this.participant = participant;
        this.before = before;
    }

    boolean isExpected() {
        return before.hasSession();
    }

    /// Whether an offer of ours is all it takes.
    boolean isByOffer() {
        return before.hasOffering() && !before.hasAnswering();
    }

    boolean hasSubscriber() {
        return before.hasOffering();
    }

    /// The client resumes over a new websocket, so a SyncState follows (signal.md §4.10).
    void onResuming() {
        syncs = isExpected() && due == null;
    }

    void begin(long nowNs) {
        if (isExpected() && due == null) {
            due = start(nowNs + ARRIVAL_NS, "arrival", this::onDue);
        }
    }

    /// Waits for what the client knows, which may be newer than what was stored. False if there is
    /// nothing to wait for.
    boolean awaitSync(long nowNs, Timers.Task then) {
        if (!syncs) {
            return false;
        }
        syncs = false;
        sync =
                start(
                        nowNs + SYNC_NS,
                        "sync state",
                        laterNs -> {
                            sync = null;
                            then.run(laterNs);
                        });
        return true;
    }

    /// Whether somebody waits for it.
    boolean onSync() {
        boolean awaited = sync != null;
        if (sync != null) {
            sync.cancel();
            sync = null;
        }
        return awaited;
    }

    /// Whether another node has gone on with a connection that is still here, as the other side of
    /// a partition may: what is here knows nothing of what happened to it there.
    static boolean wasElsewhere(Transport transport, SyncState state) {
        String offer = state.getOffer().getSdp();
        String answer = state.getAnswer().getSdp();
        return transport.wasConnected()
                && !(offer.isEmpty() && answer.isEmpty())
                && !transport.isOurs(offer)
                && !transport.isOurs(answer);
    }

    private Timers.Timer start(long atNs, String what, Timers.Task then) {
        return room.timers().start(atNs, participant.sid(), what, then);
    }

    /// Not every client can follow.
    private void onDue(long nowNs) {
        boolean sends = before.hasAnswering() && !participant.negotiation().isPublisherConnected();
        boolean receives = before.hasOffering() && !participant.negotiation().isSenderConnected();
        if (sends || receives) {
            room.endings().fullReconnect(nowNs, participant);
        }
    }
}

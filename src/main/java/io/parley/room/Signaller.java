package io.parley.room;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Set;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SignalResponse.MessageCase;

/// Decides what goes to a client and when. Owned by its room's context.
///
/// | state | meaning |
/// |---|---|
/// | WAITING | nothing was sent yet: only JoinResponse, ReconnectResponse or Leave may open, the rest queues |
/// | OPEN | everything goes out at once, or as fast as the client reads ([Backlog]) |
/// | CUT | the client reads too slowly, its websocket is being closed: as DETACHED |
/// | DETACHED | the websocket is gone: what a snapshot cannot replace is kept, within bounds (§10 #7) |
/// | CLOSED | nothing goes out any more |
final class Signaller {
    private static final int MAX_KEPT = 200;
    private static final Set<MessageCase> OPENERS =
            EnumSet.of(MessageCase.JOIN, MessageCase.RECONNECT, MessageCase.LEAVE);

    /// What a resuming client is not told again by the snapshot that follows ReconnectResponse.
    private static final Set<MessageCase> KEPT =
            EnumSet.of(
                    MessageCase.TRACK_PUBLISHED,
                    MessageCase.TRACK_UNPUBLISHED,
                    MessageCase.MUTE,
                    MessageCase.REQUEST_RESPONSE,
                    MessageCase.SUBSCRIPTION_RESPONSE,
                    MessageCase.TRACK_SUBSCRIBED,
                    MessageCase.PUBLISH_DATA_TRACK_RESPONSE,
                    MessageCase.UNPUBLISH_DATA_TRACK_RESPONSE);

    private enum State {
        WAITING,
        OPEN,
        CUT,
        DETACHED,
        CLOSED
    }

    private final Deque<SignalResponse> queue = new ArrayDeque<>();
    private final Backlog backlog = new Backlog();
    private SignalSink sink;
    private State state = State.WAITING;
    private long detachedAtNs;

    Signaller(SignalSink sink) {
        this.sink = sink;
    }

    void send(SignalResponse.Builder response) {
        send(response.build());
    }

    void send(SignalResponse response) {
        switch (state) {
            case WAITING -> sendWhileWaiting(response);
            case OPEN -> forward(response);
            case CUT, DETACHED -> keep(response);
            case CLOSED -> {
                // A late word to somebody who has left.
            }
        }
    }

    private void sendWhileWaiting(SignalResponse response) {
        if (!OPENERS.contains(response.getMessageCase())) {
            queue.add(response);
            return;
        }
        state = State.OPEN;
        sink.send(response);
        sendKept();
    }

    /// A Leave makes everything else pointless.
    private void forward(SignalResponse response) {
        if (response.hasLeave() || (backlog.isEmpty() && sink.isReady())) {
            sink.send(response);
            return;
        }
        backlog.add(response);
        if (backlog.isTooLong()) {
            state = State.CUT;
            sink.cut();
            abandon();
        }
    }

    /// The client has read on.
    void onReady() {
        while (!backlog.isEmpty() && sink.isReady()) {
            sink.send(backlog.next());
        }
    }

    /// What it has yet to hear, it hears when it has resumed.
    private void abandon() {
        sink = SignalSink.NONE;
        while (!backlog.isEmpty()) {
            keep(backlog.next());
        }
    }

    private void keep(SignalResponse response) {
        if (KEPT.contains(response.getMessageCase()) && queue.size() < MAX_KEPT) {
            queue.add(response);
        }
    }

    /// The websocket went away without a word.
    void onConnectionLost(long nowNs) {
        if (state == State.OPEN || state == State.WAITING || state == State.CUT) {
            state = State.DETACHED;
            detachedAtNs = nowNs;
            queue.removeIf(kept -> !KEPT.contains(kept.getMessageCase()));
            abandon();
        }
    }

    /// A resumed client: the old connection is closed, the new one waits for its ReconnectResponse,
    /// then gets the snapshot, then [#sendKept].
    void attach(SignalSink next, SignalResponse first) {
        attach(next);
        sink.send(first);
    }

    /// For clients that cannot take ReconnectResponse.
    void attach(SignalSink next) {
        sink.close();
        abandon();
        sink = next;
        state = State.OPEN;
    }

    void sendKept() {
        while (state == State.OPEN && !queue.isEmpty()) {
            forward(queue.remove());
        }
    }

    void close() {
        if (state != State.CLOSED) {
            state = State.CLOSED;
            queue.clear();
            backlog.clear();
            sink.close();
            sink = SignalSink.NONE;
        }
    }

    /// Ends the connection but expects the client back on another.
    void closeConnection(long nowNs) {
        sink.close();
        onConnectionLost(nowNs);
    }

    boolean isDetached() {
        return state == State.DETACHED;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    long detachedAtNs() {
        return detachedAtNs;
    }
}

package io.parley.room.session;

import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.ReceiveProgress;
import io.parley.cluster.SendWindow;
import io.parley.cluster.WindowSize;
import io.parley.room.SignalSink;
import java.util.ArrayList;
import java.util.List;
import livekit.LivekitRtc.SignalResponse;

/// One websocket as a session sees it: an address on the node that holds it. Until the join is
/// answered everything waits here, because the first response travels in that answer and opens the
/// websocket. Both ways are numbered, so that a lost message is missed, and both have a window
/// ([WindowSize]). Owned by its room's context.
public final class ConnectionSink implements SignalSink {
    private static final int NORMAL_CLOSE = 1000;
    private static final int SERVICE_RESTART = 1012;
    private static final int TRY_AGAIN_LATER = 1013;
    private static final byte[] NOTHING = new byte[0];

    private final Bus bus;
    private final NodeId edge;
    private final String connectionId;
    private final long epoch;
    private final EncodedResponses encoded;
    private final SendWindow responses = new SendWindow(WindowSize.TO_CLIENT);
    private final ReceiveProgress signals = new ReceiveProgress(WindowSize.FROM_CLIENT);
    private final List<byte[]> held = new ArrayList<>();
    private String session = "";
    private boolean answered;
    private boolean closed;
    private boolean lost;
    private boolean unreachable;
    private boolean awaitsNode;

    /// @param epoch of the room: a connection that has a newer owner does not listen
    public ConnectionSink(
            Bus bus, NodeId edge, String connectionId, long epoch, EncodedResponses encoded) {
        this.bus = bus;
        this.edge = edge;
        this.connectionId = connectionId;
        this.epoch = epoch;
        this.encoded = encoded;
    }

    /// For a session whose websocket is still to come.
    public static ConnectionSink none(Bus bus, long epoch) {
        var none = new ConnectionSink(bus, bus.self(), "", epoch, new EncodedResponses());
        none.closed = true;
        return none;
    }

    String connectionId() {
        return connectionId;
    }

    /// Whose websocket it is.
    void belongsTo(String participantSid) {
        session = Addresses.session(participantSid);
    }

    @Override
    public void send(SignalResponse response) {
        if (closed) {
            return;
        }
        byte[] bytes = encoded.bytes(response);
        if (answered) {
            write(bytes);
        } else {
            held.add(bytes);
        }
    }

    /// Also while the node that holds the websocket is behind with everything.
    @Override
    public boolean isReady() {
        if (!answered || closed) {
            return true;
        }
        if (!responses.isOpen() || awaitsNode) {
            return false;
        }
        awaitsNode = !bus.isReady(edge, this::onNodeReady);
        return !awaitsNode;
    }

    /// On any thread.
    private void onNodeReady() {
        tellSession(BusMessage.of(Ops.PROGRESS));
    }

    /// How far the websocket is.
    void onProgress(BusMessage progress) {
        progress.number(Ops.DONE).ifPresentOrElse(responses::onDone, () -> awaitsNode = false);
        progress.number(Ops.SENT).ifPresent(this::onChecked);
    }

    private void onChecked(long sent) {
        if (lost || sent != signals.received()) {
            lose();
        } else {
            write(progress().with(Ops.SENT, responses.sent()));
        }
    }

    /// False if it comes from a websocket that is given up, and is given up now.
    boolean onSignal(BusMessage signal) {
        var number = signal.number(Ops.NUMBER);
        boolean isNext = number.isEmpty() || signals.onReceived(number.getAsLong());
        if (lost || !isNext) {
            lose();
        }
        return !lost;
    }

    /// The session has carried it out.
    void onSignalDone(BusMessage signal) {
        if (signals.onDone(signal.length()) && !closed) {
            write(progress());
        }
    }

    @Override
    public void cut() {
        if (!closed) {
            closed = true;
            sayClose(TRY_AGAIN_LATER, "outbound queue is full");
        }
    }

    /// Messages were lost between the nodes, either way: the client has to resume.
    private void lose() {
        closed = true;
        lost = true;
        sayClose(SERVICE_RESTART, "messages were lost");
    }

    /// The other node takes nothing: what it would have said of the websocket is said here.
    private void onUnreachable() {
        closed = true;
        lost = true;
        if (!unreachable) {
            unreachable = true;
            tellSession(
                    BusMessage.of(Ops.CLOSED)
                            .with(Ops.EDGE, edge.value())
                            .with(Ops.REASON, "node is unreachable"));
        }
    }

    private void tellSession(BusMessage message) {
        if (!session.isEmpty()) {
            bus.send(bus.self(), session, message.with(Ops.CONNECTION, connectionId));
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (answered) {
                sayClose(NORMAL_CLOSE, "");
            }
        }
    }

    /// The first response, empty if there is none.
    public byte[] first() {
        return held.isEmpty() ? NOTHING : held.getFirst();
    }

    /// Whether nothing comes after the first response.
    public boolean isClosedAfterFirst() {
        return closed && held.size() <= 1;
    }

    /// The join was answered: the rest follows.
    public void onAnswered() {
        answered = true;
        for (int i = 1; i < held.size(); i++) {
            write(held.get(i));
        }
        if (closed && held.size() > 1) {
            sayClose(NORMAL_CLOSE, "");
        }
        held.clear();
    }

    private void write(byte[] bytes) {
        long number = responses.onSent(bytes.length);
        write(BusMessage.of(Ops.RESPONSE, bytes).with(Ops.NUMBER, number));
    }

    private BusMessage progress() {
        return BusMessage.of(Ops.PROGRESS).with(Ops.DONE, signals.tell());
    }

    private void sayClose(int code, String reason) {
        write(BusMessage.of(Ops.CLOSE).with(Ops.CLOSE_CODE, code).with(Ops.REASON, reason));
    }

    private void write(BusMessage message) {
        bus.send(edge, address(), message.withEpoch(epoch), this::onUnreachable);
    }

    private String address() {
        return Addresses.connection(connectionId);
    }
}

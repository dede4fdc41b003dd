package io.parley.room.session;

import io.parley.cluster.Addresses;
import io.parley.cluster.Bus;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.room.SignalSink;
import java.util.ArrayList;
import java.util.List;
import livekit.LivekitRtc.SignalResponse;

/// One websocket as a session sees it: an address on the node that holds it. Until the join is
/// answered everything waits here, because the first response travels in that answer and opens the
/// websocket. Owned by its room's context.
public final class ConnectionSink implements SignalSink {
    private static final String NORMAL_CLOSE = "1000";
    private static final byte[] NOTHING = new byte[0];

    private final Bus bus;
    private final NodeId edge;
    private final String connectionId;
    private final long epoch;
    private final List<byte[]> held = new ArrayList<>();
    private boolean answered;
    private boolean closed;

    /// @param epoch of the room: a connection that has a newer owner does not listen
    public ConnectionSink(Bus bus, NodeId edge, String connectionId, long epoch) {
        this.bus = bus;
        this.edge = edge;
        this.connectionId = connectionId;
        this.epoch = epoch;
    }

    /// For a session whose websocket is still to come.
    public static ConnectionSink none(Bus bus, long epoch) {
        var none = new ConnectionSink(bus, bus.self(), "", epoch);
        none.closed = true;
        return none;
    }

    String connectionId() {
        return connectionId;
    }

    @Override
    public void send(SignalResponse response) {
        if (closed) {
            return;
        }
        byte[] bytes = response.toByteArray();
        if (answered) {
            write(bytes);
        } else {
            held.add(bytes);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (answered) {
                sayClose();
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
            sayClose();
        }
        held.clear();
    }

    private void write(byte[] bytes) {
        bus.send(edge, address(), BusMessage.of(Ops.RESPONSE, bytes).withEpoch(epoch));
    }

    private void sayClose() {
        var close = BusMessage.of(Ops.CLOSE).with(Ops.CLOSE_CODE, NORMAL_CLOSE);
        bus.send(edge, address(), close.withEpoch(epoch));
    }

    private String address() {
        return Addresses.connection(connectionId);
    }
}

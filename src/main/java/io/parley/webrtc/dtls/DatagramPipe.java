package io.parley.webrtc.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/// Bouncy Castle's view of the network. While there is a handshake, the loop puts datagrams in and
/// the handshake's thread takes them out, waiting; afterwards only the loop uses it and nothing
/// ever waits: to ask for a datagram when there is none throws, which Bouncy Castle passes on
/// without failing.
///
/// Records of one flight leave in as few datagrams as fit.
final class DatagramPipe implements DatagramTransport {
    /// Thrown when the loop has no datagram to read. One instance, so that it costs nothing.
    static final class Drained extends InterruptedIOException {
        private static final long serialVersionUID = 1;
    }

    static final int RECEIVE_LIMIT = 2048;

    private static final int MAX_QUEUED = 32;
    private static final byte[] WAKE_UP = new byte[0];

    @SuppressWarnings("StaticAssignmentOfThrowable") // a signal: its stack says nothing
    private static final Drained DRAINED = new Drained();

    private final DtlsSink sink;
    private final int mtu;
    private final ArrayBlockingQueue<byte[]> inbound = new ArrayBlockingQueue<>(MAX_QUEUED);

    private HandshakeTurns.@Nullable Turn turn;
    private byte[] flight;
    private int flightLength;
    private byte @Nullable [] borrowed;
    private int borrowedOff;
    private int borrowedLength;
    private volatile boolean established;
    private volatile boolean muted;
    private volatile boolean closed;

    DatagramPipe(DtlsSink sink, int mtu) {
        this.sink = sink;
        this.mtu = mtu;
        this.flight = new byte[mtu];
    }

    /// Copies a datagram into the queue; when that is full, it counts as lost.
    void offer(byte[] buffer, int off, int length) {
        int accepted = RecordFilter.accepted(buffer, off, length);
        if (accepted > 0 && accepted <= RECEIVE_LIMIT) {
            byte[] copy = new byte[accepted];
            System.arraycopy(buffer, off, copy, 0, accepted);
            inbound.offer(copy);
        }
    }

    /// Makes a datagram the next to be read, without a copy, if none is queued before it.
    void lend(byte[] buffer, int off, int length) {
        if (!inbound.isEmpty()) {
            offer(buffer, off, length);
            return;
        }
        borrowed = buffer;
        borrowedOff = off;
        borrowedLength = RecordFilter.accepted(buffer, off, length);
    }

    /// Ends the loan: if the datagram was not read yet, it is copied into the queue.
    void endLoan() {
        byte[] lent = borrowed;
        if (lent != null) {
            borrowed = null;
            offer(lent, borrowedOff, borrowedLength);
        }
    }

    /// The handshake's thread begins once it is its turn, and passes it on while it waits for the
    /// peer.
    void compute(HandshakeTurns.Turn own) throws IOException {
        turn = own;
        try {
            own.take();
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    /// The handshake is over: what it needed goes, and from now on nothing waits.
    void establish() {
        flush();
        flight = WAKE_UP;
        turn = null;
        established = true;
    }

    /// Nothing leaves any more.
    void mute() {
        muted = true;
    }

    /// Ends the handshake's wait, and with it the handshake.
    void abort() {
        closed = true;
        inbound.clear();
        inbound.offer(WAKE_UP);
    }

    boolean isClosed() {
        return closed;
    }

    boolean isEmpty() {
        return inbound.isEmpty();
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_LIMIT;
    }

    @Override
    public int getSendLimit() {
        return mtu;
    }

    @Override
    public int receive(byte[] buf, int off, int len, int waitMillis) throws IOException {
        return established ? take(buf, off, len) : await(buf, off, len, waitMillis);
    }

    @Override
    public void send(byte[] buf, int off, int len) {
        if (established || len > flight.length) {
            flush();
            emit(buf, off, len);
            return;
        }
        if (flightLength + len > flight.length) {
            flush();
        }
        System.arraycopy(buf, off, flight, flightLength, len);
        flightLength += len;
    }

    @Override
    public void close() {
        flush();
        closed = true;
    }

    /// Sends what was gathered of the current flight.
    void flush() {
        if (flightLength > 0) {
            emit(flight, 0, flightLength);
            flightLength = 0;
        }
    }

    private void emit(byte[] buf, int off, int len) {
        if (!muted) {
            sink.send(buf, off, len);
        }
    }

    private int take(byte[] buf, int off, int len) throws Drained {
        byte[] queued = inbound.poll();
        if (queued != null) {
            return copy(queued, 0, queued.length, buf, off, len);
        }
        byte[] lent = borrowed;
        if (lent == null || closed) {
            borrowed = null;
            throw DRAINED;
        }
        borrowed = null;
        return copy(lent, borrowedOff, borrowedLength, buf, off, len);
    }

    private int await(byte[] buf, int off, int len, int waitMillis) throws IOException {
        flush();
        byte[] queued = inbound.poll();
        if (queued == null) {
            queued = await(waitMillis);
        }
        if (closed) {
            throw new IOException("closed during the handshake");
        }
        return queued == null ? -1 : copy(queued, 0, queued.length, buf, off, len);
    }

    private byte @Nullable [] await(int waitMillis) throws IOException {
        HandshakeTurns.Turn own = Objects.requireNonNull(turn, "no handshake computes");
        try {
            own.give();
            byte[] queued = inbound.poll(waitMillis, TimeUnit.MILLISECONDS);
            own.take();
            return queued;
        } catch (InterruptedException _) {
            throw interrupted();
        }
    }

    private static IOException interrupted() {
        Thread.currentThread().interrupt();
        return new IOException("handshake interrupted");
    }

    private static int copy(byte[] from, int fromOff, int length, byte[] to, int toOff, int room) {
        if (length > room) {
            return 0;
        }
        System.arraycopy(from, fromOff, to, toOff, length);
        return length;
    }
}

package io.parley.media;

import io.parley.metrics.DropCounters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// One ICE/TCP connection with RFC 4571 framing: a 16-bit length before each packet. Owned by the
/// media loop that has the peer; before the first valid check by the loop that accepted it.
final class TcpConnection implements DatagramSink {
    private static final int MAX_QUEUED_BYTES = 4 * 1024 * 1024;
    private static final int MAX_FRAME_BYTES = UdpSocket.MAX_DATAGRAM_BYTES;

    private final SocketChannel channel;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final DropCounters drops;
    private final long acceptedNs;

    private final ByteBuffer in = ByteBuffer.allocate(2 + MAX_FRAME_BYTES);
    private final ArrayDeque<ByteBuffer> out = new ArrayDeque<>();

    private @Nullable SelectionKey key;
    private int queuedBytes;
    private boolean checked;

    TcpConnection(SocketChannel channel, long nowNs, DropCounters drops) throws IOException {
        this.channel = channel;
        this.remote = (InetSocketAddress) channel.getRemoteAddress();
        this.local = (InetSocketAddress) channel.getLocalAddress();
        this.drops = drops;
        this.acceptedNs = nowNs;
    }

    SocketChannel channel() {
        return channel;
    }

    InetSocketAddress remote() {
        return remote;
    }

    InetSocketAddress local() {
        return local;
    }

    long acceptedNs() {
        return acceptedNs;
    }

    /// Whether a peer has accepted a check over it.
    boolean isChecked() {
        return checked;
    }

    void markChecked() {
        checked = true;
    }

    /// Reads what there is; false when the other side closed or sent what cannot be a frame.
    boolean read() throws IOException {
        return channel.read(in) >= 0;
    }

    /// Takes one whole frame into `into`: its length, 0 when none is complete, -1 when it can never
    /// be one.
    int nextFrame(byte[] into) {
        if (in.position() < 2) {
            return 0;
        }
        int length = in.getShort(0) & 0xffff;
        if (length == 0 || length > MAX_FRAME_BYTES) {
            return -1;
        }
        if (in.position() < 2 + length) {
            return 0;
        }
        in.flip().position(2);
        in.get(into, 0, length);
        in.compact();
        return length;
    }

    /// That frame and whatever came after it, to be read again elsewhere.
    byte[] takeReceived(byte[] frame, int length) {
        in.flip();
        ByteBuffer received = ByteBuffer.allocate(2 + length + in.remaining());
        received.putShort((short) length).put(frame, 0, length).put(in);
        in.clear();
        return received.array();
    }

    /// What another loop has read already.
    void preload(byte[] received) {
        in.put(received);
    }

    @Override
    public void send(InetSocketAddress to, byte[] buffer, int offset, int length) {
        if (queuedBytes + length > MAX_QUEUED_BYTES) {
            drops.count(MediaDropReason.TCP_QUEUE_FULL);
            return;
        }
        ByteBuffer frame = ByteBuffer.allocate(2 + length);
        frame.putShort((short) length).put(buffer, offset, length).flip();
        out.add(frame);
        queuedBytes += frame.remaining();
        flush();
    }

    /// Writes as much as the socket takes and asks to be told when it takes more.
    void flush() {
        try {
            while (!out.isEmpty()) {
                ByteBuffer head = out.element();
                queuedBytes -= channel.write(head);
                if (head.hasRemaining()) {
                    break;
                }
                out.remove();
            }
            wantWrite(!out.isEmpty());
        } catch (IOException _) {
            drops.count(MediaDropReason.SEND_FAILED);
            close();
        }
    }

    private void wantWrite(boolean wanted) {
        if (key == null || !key.isValid()) {
            return;
        }
        int ops = SelectionKey.OP_READ | (wanted ? SelectionKey.OP_WRITE : 0);
        if (key.interestOps() != ops) {
            key.interestOps(ops);
        }
    }

    void registeredAs(SelectionKey registered) {
        this.key = registered;
    }

    @Override
    public boolean isTcp() {
        return true;
    }

    void close() {
        out.clear();
        queuedBytes = 0;
        try {
            channel.close();
        } catch (IOException _) {
            drops.count(MediaDropReason.SEND_FAILED);
        }
    }
}

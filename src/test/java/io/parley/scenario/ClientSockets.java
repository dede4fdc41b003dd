package io.parley.scenario;

import io.parley.webrtc.ice.IcePath;
import io.parley.webrtc.ice.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A client's UDP socket and the TCP connections it dialled (RFC 4571 framing). Owned by its
/// transport's loop.
final class ClientSockets {
    private static final int MAX_BYTES = 4096;

    /// Takes what arrives.
    interface Intake {
        /// One datagram, borrowed for the call.
        void onDatagram(IcePath path, byte[] bytes, int length);

        /// Nothing more is there now.
        void onDrained();
    }

    private final Selector selector;
    private final Intake intake;
    private final InetAddress address;
    private final boolean tcp;
    private final DatagramChannel udp;
    private final int udpPort;
    private final Map<String, IcePath> paths = new HashMap<>();
    private final List<SocketChannel> dialled = new ArrayList<>();
    private final ByteBuffer in = ByteBuffer.allocate(MAX_BYTES);

    ClientSockets(Selector selector, Intake intake, InetAddress address, boolean tcp)
            throws IOException {
        this.selector = selector;
        this.intake = intake;
        this.address = address;
        this.tcp = tcp;
        this.udp = DatagramChannel.open();
        udp.configureBlocking(false);
        udp.bind(new InetSocketAddress(address, 0));
        ClientLoop.Source drain = this::drain;
        udp.register(selector, SelectionKey.OP_READ, drain);
        this.udpPort = ((InetSocketAddress) udp.getLocalAddress()).getPort();
    }

    int udpPort() {
        return udpPort;
    }

    /// A TCP path is dialled when it is first asked for.
    @Nullable IcePath path(Transport transport, InetSocketAddress remote) {
        boolean usable = (transport == Transport.TCP) == tcp;
        if (!usable) {
            return null;
        }
        return paths.computeIfAbsent(
                transport + " " + remote,
                _ -> transport == Transport.UDP ? udpPath(remote) : dial(remote));
    }

    private IcePath udpPath(InetSocketAddress remote) {
        return new IcePath(Transport.UDP, new InetSocketAddress(address, udpPort), remote, udp);
    }

    private @Nullable IcePath dial(InetSocketAddress remote) {
        try {
            SocketChannel channel = SocketChannel.open(remote);
            channel.configureBlocking(false);
            var local = (InetSocketAddress) channel.getLocalAddress();
            var path = new IcePath(Transport.TCP, local, remote, channel);
            channel.register(selector, SelectionKey.OP_READ, new Stream(channel, path));
            dialled.add(channel);
            return path;
        } catch (IOException _) {
            return null;
        }
    }

    /// What came of a connection and is no whole frame yet.
    private final class Stream implements ClientLoop.Source {
        private final SocketChannel channel;
        private final IcePath path;
        private final ByteBuffer buffer = ByteBuffer.allocate(2 * MAX_BYTES);

        Stream(SocketChannel channel, IcePath path) {
            this.channel = channel;
            this.path = path;
        }

        @Override
        public void onReady(SelectionKey key) {
            try {
                if (channel.read(buffer) < 0) {
                    key.cancel();
                    return;
                }
                takeFrames();
                intake.onDrained();
            } catch (IOException _) {
                key.cancel();
            }
        }

        private void takeFrames() {
            buffer.flip();
            while (buffer.remaining() >= 2) {
                int length = buffer.getShort(buffer.position()) & 0xffff;
                if (buffer.remaining() < 2 + length) {
                    break;
                }
                buffer.getShort();
                byte[] frame = new byte[Math.max(length, MAX_BYTES)];
                buffer.get(frame, 0, length);
                intake.onDatagram(path, frame, length);
            }
            buffer.compact();
        }
    }

    private void drain(SelectionKey key) {
        try {
            in.clear();
            for (var from = udp.receive(in); from != null; from = udp.receive(in)) {
                IcePath path = path(Transport.UDP, (InetSocketAddress) from);
                if (path != null && in.position() > 0) {
                    intake.onDatagram(path, in.array(), in.position());
                }
                in.clear();
            }
            intake.onDrained();
        } catch (IOException _) {
            key.cancel();
        }
    }

    void send(IcePath path, byte[] bytes, int offset, int length) {
        try {
            if (path.channel() instanceof SocketChannel channel) {
                ByteBuffer frame = ByteBuffer.allocate(2 + length);
                frame.putShort((short) length).put(bytes, offset, length).flip();
                while (frame.hasRemaining() && channel.isOpen()) {
                    channel.write(frame);
                }
            } else {
                udp.send(ByteBuffer.wrap(bytes, offset, length), path.remote());
            }
        } catch (IOException _) {
            // As a lost datagram: the other side notices.
            return;
        }
    }

    void close() {
        try {
            for (SocketChannel channel : dialled) {
                channel.close();
            }
            udp.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

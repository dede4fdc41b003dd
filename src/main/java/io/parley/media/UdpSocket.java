package io.parley.media;

import io.parley.metrics.DropCounters;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One UDP socket of a media port. Owned by its media loop.
final class UdpSocket implements DatagramSink, AutoCloseable {
    static final int MAX_DATAGRAM_BYTES = 2048;

    private final DatagramChannel channel;
    private final DropCounters drops;
    private final InetSocketAddress local;
    private final @Nullable KernelSender kernel;

    private final ByteBuffer inBuffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);
    private final ByteBuffer outBuffer = ByteBuffer.allocateDirect(MAX_DATAGRAM_BYTES);

    private final Map<InetSocketAddress, Route> routes = new HashMap<>();

    private long datagramsOut;
    private long bytesOut;

    private UdpSocket(DatagramChannel channel, InetSocketAddress local, DropCounters drops) {
        this.channel = channel;
        this.local = local;
        this.drops = drops;
        this.kernel = KernelSender.of(channel);
    }

    static UdpSocket open(InetAddress address, int port, DropCounters drops) throws IOException {
        DatagramChannel channel = DatagramChannel.open(familyOf(address));
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, MediaSettings.SOCKET_BUFFER_BYTES);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, MediaSettings.SOCKET_BUFFER_BYTES);
            channel.bind(new InetSocketAddress(address, port));
            return new UdpSocket(channel, (InetSocketAddress) channel.getLocalAddress(), drops);
        } catch (BindException e) {
            channel.close();
            throw new IOException("UDP port " + port + " is not free", e);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /// A socket of one family only, so that the wildcards of both can hold the same port.
    static ProtocolFamily familyOf(InetAddress address) {
        return address instanceof Inet6Address
                ? StandardProtocolFamily.INET6
                : StandardProtocolFamily.INET;
    }

    DatagramChannel channel() {
        return channel;
    }

    InetSocketAddress local() {
        return local;
    }

    /// Who is behind which address, as far as it was this socket that heard of it.
    Map<InetSocketAddress, Route> routes() {
        return routes;
    }

    boolean isIpv6() {
        return local.getAddress() instanceof Inet6Address;
    }

    boolean isLoopback() {
        return local.getAddress().isLoopbackAddress();
    }

    /// One datagram into `into`; null when the socket is drained. The length is [#lastLength()].
    @Nullable InetSocketAddress receive(byte[] into) throws IOException {
        inBuffer.clear();
        InetSocketAddress from = (InetSocketAddress) channel.receive(inBuffer);
        if (from == null) {
            return null;
        }
        inBuffer.flip();
        inBuffer.get(into, 0, inBuffer.limit());
        return from;
    }

    int lastLength() {
        return inBuffer.limit();
    }

    @Override
    public void send(InetSocketAddress remote, byte[] buffer, int offset, int length) {
        if (length > MAX_DATAGRAM_BYTES) {
            drops.count(MediaDropReason.TOO_LONG);
            return;
        }
        outBuffer.clear();
        outBuffer.put(buffer, offset, length).flip();
        try {
            if (channel.send(outBuffer, remote) == 0) {
                drops.count(MediaDropReason.SOCKET_FULL);
                return;
            }
            datagramsOut++;
            bytesOut += length;
        } catch (IOException _) {
            drops.count(MediaDropReason.SEND_FAILED);
        }
    }

    @Override
    public void sendAll(InetSocketAddress remote, SendArea area) {
        KernelSender direct = kernel;
        if (direct == null) {
            DatagramSink.super.sendAll(remote, area);
            return;
        }
        EncodedAddress to = area.encoded(remote);
        boolean takesRuns = direct.takesRuns();
        for (int i = 0; i < area.count(); ) {
            boolean joins = takesRuns && area.length(i) <= to.longestInRun();
            int run = joins ? area.runFrom(i) : 1;
            if (run == 1 || !sendRun(direct, to, area, i, run)) {
                for (int each = i; each < i + run; each++) {
                    sendOne(direct, to, area, each);
                }
            }
            i += run;
        }
    }

    /// False when they have to leave one by one.
    private boolean sendRun(
            KernelSender direct, EncodedAddress to, SendArea area, int first, int count) {
        KernelSender.Result result = direct.sendRun(to, area, first, count);
        if (result == KernelSender.Result.FAILED) {
            return false;
        }
        for (int i = first; i < first + count; i++) {
            count(result, area.length(i));
        }
        return true;
    }

    private void sendOne(KernelSender direct, EncodedAddress to, SendArea area, int slot) {
        int length = area.length(slot);
        count(direct.send(to, area.bytes(), area.offset(slot), length), length);
    }

    private void count(KernelSender.Result result, int length) {
        switch (result) {
            case SENT -> {
                datagramsOut++;
                bytesOut += length;
            }
            case FULL -> drops.count(MediaDropReason.SOCKET_FULL);
            case FAILED -> drops.count(MediaDropReason.SEND_FAILED);
        }
    }

    @Override
    public boolean isTcp() {
        return false;
    }

    /// What was sent since the last call.
    long takeDatagramsOut() {
        long taken = datagramsOut;
        datagramsOut = 0;
        return taken;
    }

    long takeBytesOut() {
        long taken = bytesOut;
        bytesOut = 0;
        return taken;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}

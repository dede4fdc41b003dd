package io.parley.media;

import io.parley.metrics.MediaCounters;
import io.parley.webrtc.ice.IcePath;
import io.parley.webrtc.ice.Stun;
import io.parley.webrtc.ice.Transport;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sockets of a media loop and who is behind which remote address. A datagram belongs to the
/// peer whose check came from its address; from elsewhere only a STUN request with a known username
/// fragment gets further. Owned by its loop.
final class MediaPort {
    private static final Logger log = LoggerFactory.getLogger(MediaPort.class);
    private static final int BATCH = 64;
    private static final int MAX_UNCHECKED_TCP = 256;
    private static final long TCP_CHECK_LIMIT_NS = 10_000_000_000L;

    private final MediaLoop loop;
    private final MediaPlane plane;
    private final MediaCounters counters;

    private final List<UdpSocket> sockets = new ArrayList<>();
    private final List<ServerSocketChannel> tcpListeners = new ArrayList<>();
    private final List<SelectionKey> deafListeners = new ArrayList<>();
    private final Map<InetSocketAddress, Route> tcpRoutes = new HashMap<>();
    private final Map<String, Peer> peersByFragment = new HashMap<>();
    private final List<TcpConnection> tcpConnections = new ArrayList<>();
    private final byte[] datagram = new byte[UdpSocket.MAX_DATAGRAM_BYTES];

    private long datagramsIn;
    private long bytesIn;

    MediaPort(
            int index,
            MediaLoop loop,
            MediaPlane plane,
            MediaSettings settings,
            MediaCounters counters)
            throws IOException {
        this.loop = loop;
        this.plane = plane;
        this.counters = counters;
        try {
            for (InetAddress address : LocalAddresses.toBind(settings)) {
                int udpPort = sockets.isEmpty() ? settings.udpPorts().get(index) : udpPort();
                sockets.add(UdpSocket.open(address, udpPort, counters.drops()));
                if (index == 0 && settings.tcpPort() != MediaSettings.NO_TCP) {
                    tcpListeners.add(
                            listen(
                                    address,
                                    tcpListeners.isEmpty() ? settings.tcpPort() : tcpPort()));
                }
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private static ServerSocketChannel listen(InetAddress address, int tcpPort) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open(UdpSocket.familyOf(address));
        try {
            channel.configureBlocking(false);
            @SuppressWarnings("resource")
            ServerSocket socket = channel.socket();
            socket.setReuseAddress(true);
            channel.bind(new InetSocketAddress(address, tcpPort));
            return channel;
        } catch (IOException e) {
            channel.close();
            throw new IOException("ICE/TCP port " + tcpPort + " is not free", e);
        }
    }

    void register(Selector selector) throws IOException {
        for (UdpSocket socket : sockets) {
            socket.channel().register(selector, SelectionKey.OP_READ, socket);
        }
        for (ServerSocketChannel listener : tcpListeners) {
            listener.register(selector, SelectionKey.OP_ACCEPT, listener);
        }
    }

    /// The UDP port it really has: 0 in the settings lets the kernel choose.
    int udpPort() {
        return sockets.getFirst().local().getPort();
    }

    /// 0 where this port has no ICE/TCP listener.
    int tcpPort() {
        return tcpListeners.isEmpty() ? 0 : tcpListeners.getFirst().socket().getLocalPort();
    }

    void onReady(long nowNs, SelectionKey key) {
        switch (key.attachment()) {
            case UdpSocket socket -> drain(nowNs, socket);
            case TcpConnection connection -> onTcpReady(nowNs, key, connection);
            case ServerSocketChannel listener -> accept(nowNs, key, listener);
            case Object other -> throw new IllegalStateException("unknown attachment " + other);
        }
    }

    private void drain(long nowNs, UdpSocket socket) {
        try {
            for (int i = 0; i < BATCH; i++) {
                InetSocketAddress from = socket.receive(datagram);
                if (from == null) {
                    return;
                }
                int length = socket.lastLength();
                datagramsIn++;
                bytesIn += length;
                if (length == UdpSocket.MAX_DATAGRAM_BYTES) {
                    counters.drops().count(MediaDropReason.TOO_LONG);
                } else {
                    onUdp(nowNs, socket, from, length);
                }
            }
        } catch (IOException e) {
            log.debug("UDP receive failed cause={}", e.toString());
        }
    }

    private void onUdp(long nowNs, UdpSocket socket, InetSocketAddress from, int length) {
        Route route = socket.routes().get(from);
        if (route != null && route.checked && !isStun(datagram[0])) {
            deliver(nowNs, route, length);
            return;
        }
        onUnrouted(nowNs, socket, from, length);
    }

    /// A fault ends the peer that it befell, nobody else.
    private void deliver(long nowNs, Route route, int length) {
        try {
            route.peer.onDatagram(nowNs, datagram, 0, length, route.path);
        } catch (RuntimeException e) {
            route.peer.onFault(e);
        }
    }

    /// As [#deliver]; true when the check was authentic.
    private boolean check(long nowNs, Peer peer, int length, IcePath path) {
        try {
            return peer.onStun(nowNs, datagram, 0, length, path);
        } catch (RuntimeException e) {
            peer.onFault(e);
            return false;
        }
    }

    private static boolean isStun(byte first) {
        return first >= 0 && first <= 3;
    }

    /// STUN, and whatever else comes from an address nobody has vouched for.
    private void onUnrouted(long nowNs, UdpSocket socket, InetSocketAddress from, int length) {
        Route route = socket.routes().get(from);
        if (length == 0 || !isStun(datagram[0])) {
            counters.drops()
                    .count(
                            route == null
                                    ? MediaDropReason.UNKNOWN_ADDRESS
                                    : MediaDropReason.UNCHECKED_PATH);
            return;
        }
        String fragment = Stun.peekUsernameFragment(datagram, 0, length);
        Peer peer =
                fragment == null
                        ? (route == null ? null : route.peer)
                        : peersByFragment.get(fragment);
        if (peer == null) {
            counters.drops().count(MediaDropReason.UNKNOWN_ADDRESS);
            return;
        }
        Route used =
                route != null && route.peer == peer
                        ? route
                        : new Route(peer, new IcePath(Transport.UDP, socket.local(), from, socket));
        if (check(nowNs, peer, length, used.path)) {
            used.checked = true;
            socket.routes().put(from, used);
            peer.owns(from);
        }
    }

    /// A path for a check of ours, over the socket that heard of the address if one did. It never
    /// takes an address away from another peer. Checks of theirs make paths over the other sockets.
    @Nullable IcePath udpPath(Peer peer, InetSocketAddress remote) {
        for (UdpSocket socket : sockets) {
            Route route = socket.routes().get(remote);
            if (route != null) {
                return route.peer == peer ? route.path : null;
            }
        }
        UdpSocket socket = socketFor(remote.getAddress());
        if (socket == null) {
            return null;
        }
        IcePath path = new IcePath(Transport.UDP, socket.local(), remote, socket);
        socket.routes().put(remote, new Route(peer, path));
        peer.owns(remote);
        return path;
    }

    /// The first of the family, on loopback if that is where the other side is.
    private @Nullable UdpSocket socketFor(InetAddress remote) {
        boolean ipv6 = remote instanceof Inet6Address;
        UdpSocket first = null;
        for (UdpSocket socket : sockets) {
            if (socket.isIpv6() == ipv6) {
                if (socket.isLoopback() == remote.isLoopbackAddress()) {
                    return socket;
                }
                first = first == null ? socket : first;
            }
        }
        return first;
    }

    void learn(String fragment, Peer peer) {
        peersByFragment.put(fragment, peer);
        plane.learn(fragment, loop);
    }

    void unlearn(String fragment) {
        peersByFragment.remove(fragment);
        plane.unlearn(fragment);
    }

    /// The peer's agent has no more use for a path.
    void release(Peer peer, IcePath path) {
        switch (path.channel()) {
            case UdpSocket socket -> forgetPath(peer, socket.routes(), path);
            case TcpConnection connection -> {
                if (forgetPath(peer, tcpRoutes, path)) {
                    connection.close();
                    tcpConnections.remove(connection);
                }
            }
            case Object other -> throw new IllegalStateException("unknown channel " + other);
        }
    }

    private static boolean forgetPath(
            Peer peer, Map<InetSocketAddress, Route> table, IcePath path) {
        Route route = table.get(path.remote());
        return route != null
                && route.peer == peer
                && route.path == path
                && table.remove(path.remote(), route);
    }

    void forget(Peer peer) {
        for (InetSocketAddress remote : peer.owned()) {
            for (UdpSocket socket : sockets) {
                forget(peer, socket.routes(), remote);
            }
            forget(peer, tcpRoutes, remote);
        }
    }

    private static void forget(
            Peer peer, Map<InetSocketAddress, Route> table, InetSocketAddress remote) {
        Route route = table.get(remote);
        if (route != null && route.peer == peer) {
            table.remove(remote);
        }
    }

    private void accept(long nowNs, SelectionKey key, ServerSocketChannel listener) {
        try {
            for (SocketChannel channel = listener.accept();
                    channel != null;
                    channel = listener.accept()) {
                admit(nowNs, channel);
            }
        } catch (IOException e) {
            log.debug("ICE/TCP accept failed cause={}", e.toString());
            rest(key);
        }
    }

    private void admit(long nowNs, SocketChannel channel) {
        if (uncheckedTcp() >= MAX_UNCHECKED_TCP) {
            counters.drops().count(MediaDropReason.TOO_MANY_TCP_CONNECTIONS);
            closeAll(List.of(channel));
            return;
        }
        try {
            watch(nowNs, channel);
        } catch (IOException e) {
            log.debug("ICE/TCP connection was lost at once cause={}", e.toString());
            closeAll(List.of(channel));
        }
    }

    /// Out of file descriptors, most likely: who waits would make the listener ready again at once,
    /// and the loop do nothing else. The next tick tries anew.
    private void rest(SelectionKey listening) {
        counters.drops().count(MediaDropReason.TOO_MANY_TCP_CONNECTIONS);
        if (listening.isValid()) {
            listening.interestOps(0);
            deafListeners.add(listening);
        }
    }

    private void listenAgain() {
        for (SelectionKey listening : deafListeners) {
            if (listening.isValid()) {
                listening.interestOps(SelectionKey.OP_ACCEPT);
            }
        }
        deafListeners.clear();
    }

    private long uncheckedTcp() {
        return tcpConnections.stream().filter(connection -> !connection.isChecked()).count();
    }

    private TcpConnection watch(long nowNs, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        TcpConnection connection = new TcpConnection(channel, nowNs, counters.drops());
        connection.registeredAs(
                channel.register(loop.selector(), SelectionKey.OP_READ, connection));
        tcpConnections.add(connection);
        return connection;
    }

    private void onTcpReady(long nowNs, SelectionKey key, TcpConnection connection) {
        if (key.isValid() && key.isWritable()) {
            connection.flush();
        }
        try {
            if (key.isValid()
                    && key.isReadable()
                    && (!connection.read() || !onFrames(nowNs, connection))) {
                drop(connection);
            }
        } catch (IOException _) {
            drop(connection);
        }
    }

    /// False when the connection cannot go on: bad framing, or nothing valid before a check.
    private boolean onFrames(long nowNs, TcpConnection connection) {
        for (int length = connection.nextFrame(datagram);
                length != 0;
                length = connection.nextFrame(datagram)) {
            if (length < 0) {
                return false;
            }
            datagramsIn++;
            bytesIn += length;
            if (!onTcpFrame(nowNs, connection, length)) {
                return false;
            }
        }
        return true;
    }

    private boolean onTcpFrame(long nowNs, TcpConnection connection, int length) {
        Route route = tcpRoutes.get(connection.remote());
        if (route != null
                && route.path.channel() == connection
                && route.checked
                && !isStun(datagram[0])) {
            deliver(nowNs, route, length);
            return true;
        }
        if (!isStun(datagram[0])) {
            counters.drops().count(MediaDropReason.UNCHECKED_PATH);
            return connection.isChecked();
        }
        String fragment = Stun.peekUsernameFragment(datagram, 0, length);
        if (fragment != null && !peersByFragment.containsKey(fragment)) {
            return handOver(fragment, connection, length);
        }
        return onTcpCheck(nowNs, connection, fragment, length);
    }

    private boolean onTcpCheck(
            long nowNs, TcpConnection connection, @Nullable String fragment, int length) {
        Route route = tcpRoutes.get(connection.remote());
        Peer peer =
                fragment == null
                        ? (route == null ? null : route.peer)
                        : peersByFragment.get(fragment);
        if (peer == null) {
            counters.drops().count(MediaDropReason.UNKNOWN_ADDRESS);
            return connection.isChecked();
        }
        Route used =
                route != null && route.peer == peer && route.path.channel() == connection
                        ? route
                        : new Route(
                                peer,
                                new IcePath(
                                        Transport.TCP,
                                        connection.local(),
                                        connection.remote(),
                                        connection));
        if (!check(nowNs, peer, length, used.path)) {
            return connection.isChecked();
        }
        if (!connection.channel().isOpen()) {
            return false;
        }
        used.checked = true;
        connection.markChecked();
        tcpRoutes.put(connection.remote(), used);
        peer.owns(connection.remote());
        return true;
    }

    /// The connection goes on at the loop of its peer, with what has been read of it.
    private boolean handOver(String fragment, TcpConnection connection, int length) {
        MediaLoop owner = plane.loopOf(fragment);
        if (owner == null || owner == loop || connection.isChecked()) {
            // Perhaps a peer that is still being opened: the client asks again, or is late.
            counters.drops().count(MediaDropReason.UNKNOWN_ADDRESS);
            return true;
        }
        tcpConnections.remove(connection);
        SelectionKey key = connection.channel().keyFor(loop.selector());
        if (key != null) {
            key.cancel();
        }
        owner.adopt(connection.channel(), connection.takeReceived(datagram, length));
        return true;
    }

    void adopt(long nowNs, SocketChannel channel, byte[] received) {
        try {
            TcpConnection connection = watch(nowNs, channel);
            connection.preload(received);
            if (!onFrames(nowNs, connection)) {
                drop(connection);
            }
        } catch (IOException e) {
            log.debug("ICE/TCP connection was lost between loops cause={}", e.toString());
        }
    }

    private void drop(TcpConnection connection) {
        connection.close();
        tcpConnections.remove(connection);
        Route route = tcpRoutes.get(connection.remote());
        if (route != null && route.path.channel() == connection) {
            tcpRoutes.remove(connection.remote());
            closed(route);
        }
    }

    private void closed(Route route) {
        try {
            route.peer.onPathClosed(loop.nowNs(), route.path);
        } catch (RuntimeException e) {
            route.peer.onFault(e);
        }
    }

    void onTime(long nowNs) {
        listenAgain();
        for (TcpConnection connection : List.copyOf(tcpConnections)) {
            boolean idle = !connection.isChecked() || !tcpRoutes.containsKey(connection.remote());
            boolean late = idle && nowNs - connection.acceptedNs() > TCP_CHECK_LIMIT_NS;
            if (late || !connection.channel().isOpen()) {
                drop(connection);
            }
        }
    }

    /// Addresses, fragments and connections still known. Loop thread only.
    int entries() {
        int udpRoutes = sockets.stream().mapToInt(socket -> socket.routes().size()).sum();
        return udpRoutes + tcpRoutes.size() + peersByFragment.size() + tcpConnections.size();
    }

    void flushCounters() {
        if (datagramsIn > 0) {
            counters.addIn(datagramsIn, bytesIn);
            datagramsIn = 0;
            bytesIn = 0;
        }
        for (int i = 0; i < sockets.size(); i++) {
            long sent = sockets.get(i).takeDatagramsOut();
            if (sent > 0) {
                counters.addOut(sent, sockets.get(i).takeBytesOut());
            }
        }
    }

    void close() {
        for (TcpConnection connection : List.copyOf(tcpConnections)) {
            drop(connection);
        }
        closeAll(sockets);
        closeAll(tcpListeners);
    }

    private static void closeAll(List<? extends AutoCloseable> resources) {
        for (AutoCloseable resource : resources) {
            try {
                resource.close();
            } catch (Exception e) {
                log.warn("a media socket did not close", e);
            }
        }
    }
}

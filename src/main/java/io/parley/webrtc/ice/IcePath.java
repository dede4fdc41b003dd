package io.parley.webrtc.ice;

import java.net.Inet6Address;
import java.net.InetSocketAddress;

/// One 5-tuple as an agent sees it. `media` keeps one object per socket and remote address, so that
/// `==` tells paths apart; `channel` is opaque here.
public final class IcePath {
    private final Transport transport;
    private final InetSocketAddress local;
    private final InetSocketAddress remote;
    private final Object channel;

    public IcePath(
            Transport transport,
            InetSocketAddress local,
            InetSocketAddress remote,
            Object channel) {
        this.transport = transport;
        this.local = local;
        this.remote = remote;
        this.channel = channel;
    }

    public Transport transport() {
        return transport;
    }

    public InetSocketAddress local() {
        return local;
    }

    public InetSocketAddress remote() {
        return remote;
    }

    public Object channel() {
        return channel;
    }

    boolean isIpv6() {
        return remote.getAddress() instanceof Inet6Address;
    }

    @Override
    public String toString() {
        return transport + " " + local + " -> " + remote;
    }
}

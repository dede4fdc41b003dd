package io.parley.media;

import java.net.InetSocketAddress;

/// Where datagrams leave: a UDP socket, or one TCP connection with its framing. Owned by its media
/// loop.
interface DatagramSink {
    void send(InetSocketAddress remote, byte[] buffer, int offset, int length);

    /// Everything that waits for one peer, in its order.
    default void sendAll(InetSocketAddress remote, SendArea area) {
        for (int i = 0; i < area.count(); i++) {
            send(remote, area.bytes(), area.offset(i), area.length(i));
        }
    }

    boolean isTcp();
}

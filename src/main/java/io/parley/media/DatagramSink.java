package io.parley.media;

import java.net.InetSocketAddress;

/// Where datagrams leave: a UDP socket, or one TCP connection with its framing. Owned by its media
/// loop.
interface DatagramSink {
    void send(InetSocketAddress remote, byte[] buffer, int offset, int length);

    boolean isTcp();
}

package io.parley.media;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A remote address as the kernel reads it, `struct sockaddr_in` or `sockaddr_in6` of Linux, and
/// what the way there takes.
final class EncodedAddress {
    static final int MAX_BYTES = 28;

    private static final int IPV4_BYTES = 16;
    private static final short AF_INET = 2;
    private static final short AF_INET6 = 10;

    private final InetSocketAddress remote;
    private final byte[] bytes;

    private int longestInRun = UdpSocket.MAX_DATAGRAM_BYTES;

    EncodedAddress(InetSocketAddress remote) {
        this.remote = remote;
        byte[] host = remote.getAddress().getAddress();
        boolean ipv6 = remote.getAddress() instanceof Inet6Address;
        var to = ByteBuffer.allocate(ipv6 ? MAX_BYTES : IPV4_BYTES).order(ByteOrder.nativeOrder());
        to.putShort(ipv6 ? AF_INET6 : AF_INET);
        to.order(ByteOrder.BIG_ENDIAN).putShort((short) remote.getPort());
        if (ipv6) {
            to.putInt(0).put(host);
            to.order(ByteOrder.nativeOrder())
                    .putInt(((Inet6Address) remote.getAddress()).getScopeId());
        } else {
            to.put(host);
        }
        this.bytes = to.array();
    }

    boolean isOf(InetSocketAddress other) {
        return remote.equals(other);
    }

    /// The longest datagram that may be part of a run; 0 where the way takes no runs.
    int longestInRun() {
        return longestInRun;
    }

    /// The way refused a run of longer ones.
    void limitRuns(int longest) {
        longestInRun = Math.min(longestInRun, longest);
    }

    int length() {
        return bytes.length;
    }

    void copyTo(MemorySegment target) {
        MemorySegment.copy(bytes, 0, target, ValueLayout.JAVA_BYTE, 0, bytes.length);
    }
}

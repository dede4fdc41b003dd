package io.parley;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports of the loopback for servers that have to say theirs before they bind it. They lie below
/// those that Linux gives to outgoing connections: one of these would be taken now and then before
/// the server is there. Thread-safe.
final class FreePorts {
    private static final int FIRST = 12_000;
    private static final int COUNT = 16_000;

    private static final AtomicInteger NEXT =
            new AtomicInteger(ThreadLocalRandom.current().nextInt(COUNT));

    private FreePorts() {}

    private interface Binding {
        AutoCloseable to(int port, InetAddress address) throws IOException;
    }

    static int tcp() {
        return free((port, address) -> new ServerSocket(port, 1, address));
    }

    static int udp() {
        return free(DatagramSocket::new);
    }

    private static int free(Binding binding) {
        for (int i = 0; i < COUNT; i++) {
            int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
            if (isFree(port, binding)) {
                return port;
            }
        }
        throw new UncheckedIOException(new IOException("no free port"));
    }

    private static boolean isFree(int port, Binding binding) {
        try {
            binding.to(port, InetAddress.getLoopbackAddress()).close();
            return true;
        } catch (Exception _) {
            return false;
        }
    }
}

package io.parley;

import io.parley.config.Config;
import io.parley.config.ConfigException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.List;
import java.util.stream.IntStream;

/// The UDP ports of a node, one a media loop.
///
/// @param mayChoose a wide range of which any will do, as LiveKit's sockets take what is free in
///   it; ports that were named must be there
record UdpPorts(int first, int last, boolean mayChoose) {
    UdpPorts {
        if (first > last) {
            throw new ConfigException("the UDP port range %d-%d is empty".formatted(first, last));
        }
    }

    static UdpPorts of(Config config) {
        String udp = config.text("rtc.udp_port");
        if (udp.contains("-")) {
            int dash = udp.indexOf('-');
            return new UdpPorts(
                    Integer.parseInt(udp.substring(0, dash)),
                    Integer.parseInt(udp.substring(dash + 1)),
                    false);
        }
        int port = Integer.parseInt(udp);
        return port != 0
                ? new UdpPorts(port, port, false)
                : new UdpPorts(
                        config.integer("rtc.port_range_start"),
                        config.integer("rtc.port_range_end"),
                        true);
    }

    /// Those that are opened if all are free: as many as there are cores.
    List<Integer> wanted() {
        return all().limit(loops()).boxed().toList();
    }

    /// Those that are opened now.
    List<Integer> toOpen() {
        if (!mayChoose) {
            return wanted();
        }
        List<Integer> free = all().filter(UdpPorts::isFree).limit(loops()).boxed().toList();
        if (free.isEmpty()) {
            throw new ConfigException("no UDP port of %d-%d is free".formatted(first, last));
        }
        return free;
    }

    private IntStream all() {
        return IntStream.rangeClosed(first, last);
    }

    private static int loops() {
        return Runtime.getRuntime().availableProcessors();
    }

    private static boolean isFree(int port) {
        try (var socket = new DatagramSocket(port)) {
            return socket.isBound();
        } catch (SocketException _) {
            return false;
        }
    }
}

package io.parley.media;

import io.parley.sfu.receive.ReceiveSettings;
import java.net.InetAddress;
import java.util.List;

/// Which ports the media side opens and which addresses it tells clients. One UDP port is one media
/// loop; `tcpPort` 0 means no ICE/TCP. `bindAddresses` empty means what `advertised` asks for.
public record MediaSettings(
        List<Integer> udpPorts,
        int tcpPort,
        List<InetAddress> bindAddresses,
        List<InetAddress> advertised,
        boolean forceTcp,
        ReceiveSettings receive) {
    public static final int NO_TCP = -1;
    static final int SOCKET_BUFFER_BYTES = 16 * 1024 * 1024;

    /// With the usual buffers and throttles.
    public MediaSettings(
            List<Integer> udpPorts,
            int tcpPort,
            List<InetAddress> bindAddresses,
            List<InetAddress> advertised,
            boolean forceTcp) {
        this(udpPorts, tcpPort, bindAddresses, advertised, forceTcp, ReceiveSettings.DEFAULTS);
    }

    public MediaSettings {
        udpPorts = List.copyOf(udpPorts);
        bindAddresses = List.copyOf(bindAddresses);
        advertised = List.copyOf(advertised);
        if (udpPorts.isEmpty()) {
            throw new IllegalArgumentException("at least one UDP port is needed");
        }
        if (advertised.isEmpty()) {
            throw new IllegalArgumentException("at least one address must be advertised");
        }
    }
}

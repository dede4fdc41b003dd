package io.parley.media;

import io.parley.webrtc.ice.MappedAddressQuery;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Finds the address under which the internet sees this machine, by asking STUN servers at start
/// (`rtc.use_external_ip`). Blocks its caller for some seconds at most.
public final class ExternalAddress {
    private static final Logger log = LoggerFactory.getLogger(ExternalAddress.class);
    private static final int TRIES = 3;
    private static final int WAIT_MS = 700;
    private static final int STUN_PORT = 3478;
    private static final int MAX_ANSWER_BYTES = 548;

    private ExternalAddress() {}

    /// The first answer of the servers (`host:port`), asked one after the other.
    public static Optional<InetAddress> discover(List<String> servers) {
        for (String server : servers) {
            try {
                InetSocketAddress seen = ask(address(server));
                if (seen != null) {
                    return Optional.of(seen.getAddress());
                }
                log.warn("STUN server did not answer server={}", server);
            } catch (IOException e) {
                log.warn("STUN server could not be asked server={} cause={}", server, e.toString());
            }
        }
        return Optional.empty();
    }

    private static InetSocketAddress address(String server) {
        int colon = server.lastIndexOf(':');
        return colon < 0
                ? new InetSocketAddress(server, STUN_PORT)
                : new InetSocketAddress(
                        server.substring(0, colon), Integer.parseInt(server.substring(colon + 1)));
    }

    private static @Nullable InetSocketAddress ask(InetSocketAddress server) throws IOException {
        if (server.isUnresolved()) {
            throw new IOException("no such host");
        }
        var query = new MappedAddressQuery(new SecureRandom());
        byte[] request = query.request();
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(WAIT_MS);
            var answer = new DatagramPacket(new byte[MAX_ANSWER_BYTES], MAX_ANSWER_BYTES);
            for (int i = 0; i < TRIES; i++) {
                socket.send(new DatagramPacket(request, request.length, server));
                try {
                    socket.receive(answer);
                    return query.answer(answer.getData(), answer.getOffset(), answer.getLength());
                } catch (SocketTimeoutException _) {
                    log.debug("no STUN answer yet server={} try={}", server, i + 1);
                }
            }
        }
        return null;
    }
}

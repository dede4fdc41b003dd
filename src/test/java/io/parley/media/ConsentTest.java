package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.metrics.MediaCounters;
import io.parley.scenario.ClientTransport;
import io.parley.webrtc.ice.IcePath;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may keep a peer alive (RFC 7675).
class ConsentTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final long SECOND_NS = 1_000_000_000L;

    /// By their first bytes RTP, RTCP, a DTLS alert, a DTLS handshake, application data.
    @ParameterizedTest
    @ValueSource(ints = {0x8060, 0x80c8, 0x15fe, 0x16fe, 0x17fe})
    void aForgedDatagramFromTheChosenAddressIsNoConsent(int start) throws IOException {
        var settings =
                new MediaSettings(List.of(0), 0, List.of(LOOPBACK), List.of(LOOPBACK), false);
        try (MediaPlane plane = MediaPlane.start(settings, new MediaCounters())) {
            var room = new OpenRoom(plane);
            try (ServedPeer served =
                    ServedPeer.connected(room, ClientTransport.Options.udp(), new EchoClient())) {
                byte[] forged = new byte[100];
                forged[0] = (byte) (start >> 8);
                forged[1] = (byte) start;
                var remote = new InetSocketAddress(LOOPBACK, served.client.localUdpPort());
                room.onLoop(loop -> {
                    Peer peer = room.peer(0);
                    IcePath path = Objects.requireNonNull(loop.port().udpPath(peer, remote));
                    long nowNs = loop.nowNs();
                    peer.onDatagram(nowNs + 9 * SECOND_NS, forged, 0, forged.length, path);
                    peer.onTime(nowNs + 11 * SECOND_NS);
                });
                assertThat(served.events)
                        .contains(new PeerEvent.StateChanged(PeerState.DISCONNECTED, ""));
            }
        }
    }
}

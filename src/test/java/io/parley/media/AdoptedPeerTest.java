package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.metrics.MediaCounters;
import io.parley.scenario.ClientTransport;
import io.parley.scenario.Waiting;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A client whose node ends without a word, and another node that has its keys.
class AdoptedPeerTest {
    private MediaPlane first;
    private MediaPlane second;

    @BeforeEach
    void open() throws IOException {
        first = start();
        second = start();
    }

    private static MediaPlane start() throws IOException {
        List<InetAddress> loopback = List.of(InetAddress.ofLiteral("127.0.0.1"));
        return MediaPlane.start(
                new MediaSettings(List.of(0), 0, loopback, loopback, false), new MediaCounters());
    }

    @AfterEach
    void close() {
        first.close();
        second.close();
    }

    private static <E extends PeerEvent> List<E> told(ServedPeer peer, Class<E> kind) {
        return peer.events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Test
    void theClientNoticesNothingButAnIceRestart() {
        var echo = new EchoClient();
        RoomMedia before = first.place(Runnable::run);
        ServedPeer lost = ServedPeer.connected(before, ClientTransport.Options.udp(), echo);
        echo.echoes(lost, "before");
        var secrets = told(lost, PeerEvent.Secured.class).getFirst().secrets();
        var channel = told(lost, PeerEvent.DataChannelOpened.class).getFirst().terms();
        lost.proxy.execute(new PeerCommand.Close(false));
        Waiting.until("it ends", () -> lost.state() == PeerState.CLOSED);

        var copy = PeerSecrets.fromBytes(secrets.toBytes()).orElseThrow();
        var adopted = new PeerSettings.Adoption(copy, 1, Map.of());
        RoomMedia after = second.place(Runnable::run);
        try (var found = new ServedPeer(after, lost.client, adopted)) {
            lost.client.restartIce();
            found.proxy.execute(new PeerCommand.AdoptDataChannel(channel));
            found.tellServer();
            found.tellClient(found.localIce, before.fingerprint());
            found.awaitConnected();

            // What leaves before SCTP has restarted is lost.
            byte[] message = "after".getBytes(StandardCharsets.UTF_8);
            Waiting.until(
                    "an echo",
                    () -> {
                        lost.client.send("_reliable", message);
                        return echo.messages.contains("_reliable:after");
                    });

            assertThat(told(found, PeerEvent.Secured.class)).isEmpty();
            assertThat(lost.client.takeovers()).isZero();
        }
    }
}

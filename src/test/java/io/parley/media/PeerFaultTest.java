package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.metrics.MediaCounters;
import io.parley.scenario.ClientTransport;
import io.parley.scenario.Waiting;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.rtp.RtpBytes;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Our own bugs: each ends the peer that it befell, and nobody else.
class PeerFaultTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int SSRC = 600;
    private static final CodecParameters OPUS =
            new CodecParameters("audio/opus", 111, CodecParameters.NO_RTX, 48_000, 2, "", Set.of());

    private MediaPlane plane;
    private OpenRoom room;

    @BeforeEach
    void open() throws IOException {
        plane =
                MediaPlane.start(
                        new MediaSettings(
                                List.of(0), 0, List.of(LOOPBACK), List.of(LOOPBACK), false),
                        new MediaCounters());
        room = new OpenRoom(plane);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    /// Sends a packet whenever its thread wakes.
    private static final class Speaker implements ClientTransport.Listener {
        volatile @Nullable ClientTransport transport;
        private final byte[] packet = new byte[60];
        private int sent;

        @Override
        public void onTime(long nowNs) {
            ClientTransport to = transport;
            if (to != null) {
                packet[0] = (byte) 0x80;
                packet[1] = 111;
                RtpBytes.put16(packet, 2, sent);
                RtpBytes.put32(packet, 4, sent * 960);
                RtpBytes.put32(packet, 8, SSRC);
                sent++;
                to.sendRtp(packet, 12, packet.length);
            }
        }
    }

    private static final class Ear implements ClientTransport.Listener {
        final AtomicInteger heard = new AtomicInteger();

        @Override
        public void onRtp(long nowNs, byte[] packet, int length) {
            heard.incrementAndGet();
        }

        void hearsMore() {
            int before = heard.get();
            Waiting.until("more packets", () -> heard.get() > before + 10);
        }
    }

    private ServedPeer join(ClientTransport.Listener listener) {
        return ServedPeer.connected(room, ClientTransport.Options.udp(), listener);
    }

    private ServedPeer subscribe(SourceId source, ClientTransport.Listener ear) {
        ServedPeer subscriber = join(ear);
        var section =
                new RtpSendParameters.SendSection(
                        "1", List.of(OPUS), HeaderExtensionIds.NONE, "stream");
        var parameters =
                new RtpSendParameters(room.newSendId(), source, MediaKind.AUDIO, 7_000, 0, section);
        subscriber.proxy.execute(new PeerCommand.Send(parameters, LayerWish.ALL));
        return subscriber;
    }

    private ServedPeer publish(SourceId source, Speaker speaker) {
        ServedPeer publisher = join(speaker);
        var parameters =
                new RtpReceiveParameters(
                        "0",
                        MediaKind.AUDIO,
                        source,
                        List.of(OPUS),
                        HeaderExtensionIds.NONE,
                        List.of(new EncodingParameters("", 0, SSRC, 0)),
                        new RtpReceiveParameters.TrackTraits(false, false, false, false));
        publisher.proxy.execute(new PeerCommand.Receive(parameters));
        speaker.transport = publisher.client;
        return publisher;
    }

    private static void awaitFault(ServedPeer peer) {
        Waiting.until("the faulty peer ends", () -> peer.state() == PeerState.CLOSED);
        assertThat(peer.events)
                .contains(new PeerEvent.StateChanged(PeerState.FAILED, PeerEvent.FAULT));
    }

    private static void assertUnharmed(Ear ear, ServedPeer subscriber, ServedPeer publisher) {
        ear.hearsMore();
        assertThat(subscriber.state()).isEqualTo(PeerState.CONNECTED);
        assertThat(publisher.state()).isEqualTo(PeerState.CONNECTED);
    }

    @Test
    void aFaultOfAForwarderEndsItsSubscriberAlone() {
        SourceId source = room.newSourceId();
        room.failOn(PeerEvent.SendStarted.class::isInstance);
        var ear = new Ear();
        try (ServedPeer victim = subscribe(source, new Ear())) {
            room.failOn(_ -> false);
            try (ServedPeer other = subscribe(source, ear);
                    ServedPeer publisher = publish(source, new Speaker())) {
                awaitFault(victim);
                assertUnharmed(ear, other, publisher);
            }
        }
        Leftovers.assertNone(plane);
    }

    @Test
    void aSendAreaThatCannotLeaveEndsItsPeerAlone() {
        SourceId source = room.newSourceId();
        var ear = new Ear();
        var broken = new Ear();
        try (ServedPeer victim = subscribe(source, broken);
                ServedPeer other = subscribe(source, ear);
                ServedPeer publisher = publish(source, new Speaker())) {
            broken.hearsMore();
            room.onLoop(_ -> {
                SendArea area = room.peer(0).media().area();
                while (area.count() < SendArea.SLOTS - 1) {
                    area.nextSlot();
                    area.commit(-1);
                }
            });
            awaitFault(victim);
            assertUnharmed(ear, other, publisher);
        }
        Leftovers.assertNone(plane);
    }

    @Test
    void aFaultInACheckEndsThePeer() {
        var connected = new AtomicInteger();
        room.failOn(event ->
                event instanceof PeerEvent.StateChanged(PeerState state, String _)
                        && state == PeerState.CONNECTED
                        && connected.incrementAndGet() > 1);
        try (ServedPeer victim = join(new EchoClient())) {
            room.onLoop(loop -> room.peer(0).onTime(loop.nowNs() + 11_000_000_000L));
            assertThat(victim.events)
                    .contains(new PeerEvent.StateChanged(PeerState.DISCONNECTED, ""));
            awaitFault(victim);
        }
        Leftovers.assertNone(plane);
    }

    @Test
    void aPeerThatFailsToCloseIsForgottenAllTheSame() {
        try (ServedPeer victim = join(new EchoClient())) {
            room.onLoop(_ -> {
                Peer peer = room.peer(0);
                SendArea area = peer.media().area();
                area.nextSlot();
                area.commit(-1);
                peer.close(false);
            });
            Waiting.until("the peer closes", () -> victim.state() == PeerState.CLOSED);
        }
        Leftovers.assertNone(plane);
    }
}

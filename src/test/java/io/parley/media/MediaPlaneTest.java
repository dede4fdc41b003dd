package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.metrics.MediaCounters;
import io.parley.scenario.ClientTransport;
import io.parley.scenario.Waiting;
import io.parley.sim.CheckedVideo;
import io.parley.sim.SyntheticVideo;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.srtp.SrtpProfile;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The media side on loopback sockets, with clients in front of it.
class MediaPlaneTest {
    private static final HeaderExtensionIds IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.MID, 4)
                    .with(Extension.RID, 10)
                    .with(Extension.REPAIRED_RID, 11);
    private static final CodecParameters VP8 =
            new CodecParameters(
                    "video/VP8",
                    96,
                    97,
                    90_000,
                    0,
                    "",
                    Set.of(RtcpFeedback.NACK, RtcpFeedback.NACK_PLI));

    private MediaCounters counters;
    private MediaPlane plane;

    @BeforeEach
    void open() throws IOException {
        counters = new MediaCounters();
        plane = start(2);
    }

    private MediaPlane start(int loops) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < loops; i++) {
            ports.add(0);
        }
        return MediaPlane.start(
                new MediaSettings(ports, 0, List.of(loopback), List.of(loopback), false), counters);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private RoomMedia room() {
        return plane.place(Runnable::run);
    }

    @Test
    void connectsOverUdpAndEchoesData() {
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            echo.echoes(peer, "hello");
            echo.echoes(peer, "x".repeat(60_000));
        }
    }

    @Test
    void aFloodOfLossyMessagesIsDroppedAndLeavesRoomForReliableOnes() {
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            echo.echoes(peer, "the channel is open");
            peer.client.openChannel("_lossy", false, 0);
            Waiting.until("the other channel opens", () -> peer.isOpen("_lossy"));
            byte[] big = new byte[60_000];
            for (int i = 0; i < 200; i++) {
                peer.proxy.execute(new PeerCommand.SendData("_lossy", true, big));
            }
            echo.echoes(peer, "through");
        }
        assertThat(counters.drops().value(PeerData.DataDropReason.LATE)).isPositive();
        assertThat(counters.drops().value(PeerData.DataDropReason.QUEUE_FULL)).isZero();
    }

    @Test
    void tellsOfAFullReliableQueueAndHowItIsRead() {
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            echo.echoes(peer, "the channel is open");
            for (int i = 0; i < 100; i++) {
                peer.proxy.execute(new PeerCommand.SendData("_reliable", true, new byte[60_000]));
            }
            Waiting.until(
                    "it is read",
                    () -> peer.events.contains(new PeerEvent.DataBackpressure(false)));
            List<PeerEvent> told =
                    peer.events.stream()
                            .filter(each ->
                                    each instanceof PeerEvent.DataBackpressure
                                            || each instanceof PeerEvent.DataProgress)
                            .toList();
            assertThat(told.getFirst()).isEqualTo(new PeerEvent.DataBackpressure(true));
            assertThat(told).hasSizeGreaterThan(10);
        }
    }

    @Test
    void connectsToAClientThatIsControlled() {
        var echo = new EchoClient();
        var client =
                new ClientTransport(ClientTransport.Options.udp().withControlling(false), echo);
        try (var peer = new ServedPeer(room(), client)) {
            peer.introduce();
            peer.awaitConnected();
            echo.echoes(peer, "hello");
        }
    }

    @Test
    void saysThatAClientWithoutGcmRefusesGcmAlone() {
        var options =
                ClientTransport.Options.udp().withProfiles(SrtpProfile.AES128_CM_HMAC_SHA1_80);
        var refusing = new ClientTransport(options, new EchoClient());
        try (var peer = new ServedPeer(room(), refusing, true)) {
            peer.introduce();
            Waiting.until("the peer fails", () -> peer.state() == PeerState.FAILED);
            assertThat(peer.events)
                    .anyMatch(event ->
                            event instanceof PeerEvent.StateChanged changed
                                    && changed.isCipherRefused());
        }
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), options, echo)) {
            echo.echoes(peer, "with the choice");
        }
    }

    /// Rooms on either loop: the connection is accepted by the first and may belong to the second.
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void connectsOverTcp(int roomsBefore) {
        List<ServedPeer> placed = new ArrayList<>();
        for (int i = 0; i < roomsBefore; i++) {
            placed.add(
                    ServedPeer.connected(room(), ClientTransport.Options.udp(), new EchoClient()));
        }
        var echo = new EchoClient();
        try (ServedPeer peer =
                ServedPeer.connected(room(), ClientTransport.Options.udp().withTcp(true), echo)) {
            echo.echoes(peer, "over tcp");
            echo.echoes(peer, "y".repeat(60_000));
        }
        placed.forEach(ServedPeer::close);
    }

    @Test
    void aSecondAnswerWithTheSameParametersChangesNothing() {
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            echo.echoes(peer, "before");
            peer.introduce();
            echo.echoes(peer, "after");
            assertThat(peer.state()).isEqualTo(PeerState.CONNECTED);
        }
    }

    @Test
    void iceRestartsWithoutAGapInData() {
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            echo.echoes(peer, "before");
            for (int i = 0; i < 3; i++) {
                var fresh =
                        new IceParameters(
                                "again" + i, "password-of-the-restarted-%06d".formatted(i), false);
                peer.client.restartIce();
                peer.proxy.execute(new PeerCommand.RestartIce(fresh));
                peer.proxy.execute(new PeerCommand.SetRemoteIce(peer.client.localIce()));
                peer.client
                        .candidates()
                        .forEach(line ->
                                peer.proxy.execute(new PeerCommand.AddRemoteCandidate(line)));
                peer.tellClient(fresh, peer.room.fingerprint());
                echo.echoes(peer, "after " + i);
            }
        }
    }

    /// A camera on the client's thread.
    private static final class Camera extends EchoClient implements SyntheticVideo.Sink {
        final SyntheticVideo video =
                new SyntheticVideo(
                        new SyntheticVideo.Section("0", 96, 97, IDS, List.of("q", "h", "f")),
                        new Random(1),
                        this);
        volatile ClientTransport transport;
        private long nextFrameNs;

        @SuppressWarnings("NullAway")
        Camera() {
            transport = null;
        }

        @Override
        public void onTime(long nowNs) {
            if (transport != null && transport.isConnected() && nowNs >= nextFrameNs) {
                nextFrameNs = nowNs + 30_000_000;
                video.sendFrame(nowNs);
                if (video.frames() % 10 == 0) {
                    video.sendReports(nowNs);
                }
            }
        }

        @Override
        public void onRtcp(long nowNs, byte[] packet, int length) {
            video.onRtcp(packet, 0, length);
        }

        @Override
        public void sendRtp(byte[] packet, int headerLength, int length) {
            transport.sendRtp(packet, headerLength, length);
        }

        @Override
        public void sendRtcp(byte[] packet, int offset, int length) {
            transport.sendRtcp(packet, offset, length);
        }
    }

    /// A screen on the client's thread.
    private static final class Screen extends EchoClient {
        final CheckedVideo video = new CheckedVideo(5_000, 5_001, 96, 97);
        volatile int frames;
        volatile int layer = -1;
        volatile String broken = "";

        @Override
        public void onRtp(long nowNs, byte[] packet, int length) {
            try {
                if (!video.onRtp(nowNs, packet, length)) {
                    broken = "unknown stream";
                }
            } catch (AssertionError e) {
                broken = String.valueOf(e.getMessage());
            }
            frames = video.frames();
            layer = video.layer();
        }
    }

    @Test
    void forwardsAPublishersLayersToASubscriberAndStopsWithTheSource() {
        RoomMedia room = room();
        SourceId source = room.newSourceId();
        SendId send = room.newSendId();
        var camera = new Camera();
        var screen = new Screen();
        try (ServedPeer publisher =
                        ServedPeer.connected(room, ClientTransport.Options.udp(), camera);
                ServedPeer subscriber =
                        ServedPeer.connected(room, ClientTransport.Options.udp(), screen)) {
            subscriber.proxy.execute(new PeerCommand.Send(sending(send, source), LayerWish.ALL));
            publisher.proxy.execute(new PeerCommand.Receive(receiving(source)));
            camera.transport = publisher.client;
            Waiting.until("the top layer arrives", () -> screen.layer == 2 && screen.frames > 20);
            subscriber.proxy.execute(
                    new PeerCommand.SetLayerWish(send, new LayerWish(false, 0, 3)));
            Waiting.until("the lowest layer arrives", () -> screen.layer == 0);
            assertThat(screen.broken).isEmpty();
            assertThat(subscriber.events).contains(new PeerEvent.SendStarted(send));
            assertThat(publisher.events)
                    .filteredOn(PeerEvent.LayerStarted.class::isInstance)
                    .hasSize(3);
            publisher.proxy.execute(new PeerCommand.ReportStats());
            subscriber.proxy.execute(new PeerCommand.ReportStats());
            Waiting.until(
                    "statistics",
                    () ->
                            publisher.events.stream()
                                            .anyMatch(PeerEvent.StatsReported.class::isInstance)
                                    && subscriber.events.stream()
                                            .anyMatch(PeerEvent.StatsReported.class::isInstance));
            publisher.proxy.execute(new PeerCommand.StopReceive("0"));
            camera.echoes(publisher, "still there");
            int frames = screen.frames;
            publisher.proxy.execute(new PeerCommand.Receive(receiving(source)));
            Waiting.until("the source is back", () -> screen.frames > frames + 20);
            assertThat(screen.broken).isEmpty();
            screen.echoes(subscriber, "still there too");
        }
        assertNothingLeft(room);
    }

    private static RtpReceiveParameters receiving(SourceId source) {
        return new RtpReceiveParameters(
                "0",
                MediaKind.VIDEO,
                source,
                List.of(VP8),
                IDS,
                List.of(
                        new EncodingParameters("q", 0, 0, 0),
                        new EncodingParameters("h", 1, 0, 0),
                        new EncodingParameters("f", 2, 0, 0)),
                new RtpReceiveParameters.TrackTraits(false, false, false, false));
    }

    private static RtpSendParameters sending(SendId id, SourceId source) {
        return new RtpSendParameters(
                id,
                source,
                MediaKind.VIDEO,
                5_000,
                5_001,
                new RtpSendParameters.SendSection(
                        "1", List.of(VP8), HeaderExtensionIds.NONE, "stream"));
    }

    @Test
    @Timeout(20)
    void countsTheTimeForWhichALoopIsAtWork() {
        var room = new OpenRoom(plane);
        long beforeNs = plane.busyNs().getFirst();
        var spunNs = new AtomicLong();
        room.onLoop(_ -> {
            long startNs = System.nanoTime();
            while (spunNs.get() < 20_000_000) {
                spunNs.set(System.nanoTime() - startNs);
            }
        });

        assertThat(plane.busyNs()).hasSameSizeAs(plane.udpPorts());
        while (plane.busyNs().getFirst() - beforeNs < spunNs.get()) {
            Thread.onSpinWait(); // told at the turn's end
        }
    }

    @Test
    void twoHundredPeersOpenedAndClosedLeaveNothingBehind() {
        RoomMedia room = room();
        for (int round = 0; round < 20; round++) {
            List<ServedPeer> peers = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                var peer =
                        new ServedPeer(
                                room,
                                new ClientTransport(
                                        ClientTransport.Options.udp().withTcp(i % 5 == 4),
                                        new EchoClient()));
                peer.introduce();
                SourceId source = room.newSourceId();
                peer.proxy.execute(new PeerCommand.Receive(receiving(source)));
                peer.proxy.execute(
                        new PeerCommand.Send(sending(room.newSendId(), source), LayerWish.ALL));
                peers.add(peer);
            }
            peers.forEach(ServedPeer::awaitConnected);
            for (int i = 0; i < peers.size(); i++) {
                leave(peers.get(i), i);
            }
        }
        assertNothingLeft(room);
    }

    /// Politely, or the client first, or without a word.
    private static void leave(ServedPeer peer, int way) {
        switch (way % 3) {
            case 0 -> peer.close();
            case 1 -> {
                peer.client.close();
                peer.close();
            }
            default -> {
                peer.client.vanish();
                peer.proxy.execute(new PeerCommand.Close(false));
                Waiting.until("the peer closes", () -> peer.state() == PeerState.CLOSED);
            }
        }
    }

    private void assertNothingLeft(RoomMedia room) {
        assertThat(room).isNotNull();
        assertThat(counters.peers()).isZero();
        Leftovers.assertNone(plane);
    }
}

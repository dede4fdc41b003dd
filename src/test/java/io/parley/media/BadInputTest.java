package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.metrics.MediaCounters;
import io.parley.scenario.ClientTransport;
import io.parley.scenario.Waiting;
import io.parley.sfu.receive.ReceiveDropReason;
import io.parley.webrtc.dtls.DtlsCertificate;
import io.parley.webrtc.ice.IceDropReason;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.rtcp.RtcpDropReason;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.srtp.SrtpDropReason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// What no honest client sends: counted under its reason, never answered, harmless to the next
/// client.
class BadInputTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private MediaCounters counters;
    private MediaPlane plane;

    @BeforeEach
    void open() throws IOException {
        counters = new MediaCounters();
        plane =
                MediaPlane.start(
                        new MediaSettings(
                                List.of(0), 0, List.of(LOOPBACK), List.of(LOOPBACK), false),
                        counters);
    }

    @AfterEach
    void close() {
        plane.close();
    }

    private RoomMedia room() {
        return plane.place(Runnable::run);
    }

    private long drops(Enum<?> reason) {
        return counters.drops().value(reason);
    }

    private void awaitDrop(Enum<?> reason, long before) {
        Waiting.until(() -> "a drop " + reason + "; " + allDrops(), () -> drops(reason) > before);
    }

    private Map<String, Long> allDrops() {
        Map<String, Long> all = new TreeMap<>();
        counters.drops().forEach(all::put);
        return all;
    }

    // ---- from strangers

    /// A datagram of a stranger and the reason it must be dropped for.
    private record Stranger(String name, Supplier<byte[]> bytes, Enum<?> reason) {}

    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> dropsDatagramsOfStrangersWithoutAnAnswer() {
        return strangers()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> assertDropped(each)));
    }

    private static Stream<Stranger> strangers() {
        return Stream.of(
                new Stranger("empty", () -> new byte[0], MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger("one byte", () -> new byte[] {0}, MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger("DTLS", () -> filled(22, 100), MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger("RTP", () -> filled(0x80, 100), MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger(
                        "TURN channel", () -> filled(0x40, 100), MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger("garbage", () -> filled(0xFF, 100), MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger("cut STUN", () -> stun("x:y", 10), MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger(
                        "STUN of an unknown fragment",
                        () -> stun("nobody:me", Integer.MAX_VALUE),
                        MediaDropReason.UNKNOWN_ADDRESS),
                new Stranger("oversize", () -> filled(0x80, 3_000), MediaDropReason.TOO_LONG));
    }

    private static byte[] filled(int first, int length) {
        byte[] bytes = new byte[length];
        bytes[0] = (byte) first;
        return bytes;
    }

    /// A binding request with a USERNAME and no integrity.
    private static byte[] stun(String username, int limit) {
        byte[] name = username.getBytes(StandardCharsets.UTF_8);
        int padded = (name.length + 3) & ~3;
        byte[] b = new byte[20 + 4 + padded];
        RtpBytes.put16(b, 0, 1);
        RtpBytes.put16(b, 2, 4 + padded);
        RtpBytes.put32(b, 4, 0x2112A442);
        RtpBytes.put16(b, 20, 6);
        RtpBytes.put16(b, 22, name.length);
        System.arraycopy(name, 0, b, 24, name.length);
        return java.util.Arrays.copyOf(b, Math.min(limit, b.length));
    }

    private void assertDropped(Stranger stranger) throws IOException {
        var owned = new MediaCounters();
        var settings =
                new MediaSettings(List.of(0), 0, List.of(LOOPBACK), List.of(LOOPBACK), false);
        try (MediaPlane alone = MediaPlane.start(settings, owned);
                DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            byte[] bytes = stranger.bytes().get();
            socket.send(
                    new DatagramPacket(bytes, bytes.length, LOOPBACK, alone.udpPorts().getFirst()));
            Waiting.until(
                    "the drop of " + stranger.name(),
                    () -> owned.drops().value(stranger.reason()) == 1);
            assertThat(owned.datagramsOut()).isZero();
            assertThat(Leftovers.count(alone)).isZero();
        }
    }

    @Test
    void dropsAKnownFragmentWithoutIntegrityAndDoesNotAnswer() throws IOException {
        RoomMedia room = room();
        var client = new ClientTransport(ClientTransport.Options.udp(), new EchoClient());
        try (var peer = new ServedPeer(room, client);
                DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            byte[] check = stun(peer.localIce.usernameFragment() + ":me", Integer.MAX_VALUE);
            Waiting.until("the peer is known", () -> plane.knownFragments() == 1);
            socket.send(
                    new DatagramPacket(check, check.length, LOOPBACK, plane.udpPorts().getFirst()));
            awaitDrop(IceDropReason.MISSING_INTEGRITY, 0);
            assertThat(counters.datagramsOut()).isZero();
        }
        nextClientIsUnharmed();
    }

    @Test
    void dropsChecksWithAWrongPasswordAndDoesNotAnswer() {
        var client = new ClientTransport(ClientTransport.Options.udp(), new EchoClient());
        try (var peer = new ServedPeer(room(), client)) {
            var wrong = new IceParameters(peer.localIce.usernameFragment(), "x".repeat(24), false);
            peer.tellClient(wrong, peer.room.fingerprint());
            awaitDrop(IceDropReason.BAD_INTEGRITY, 0);
            assertThat(counters.datagramsOut()).isZero();
        }
        nextClientIsUnharmed();
    }

    @Test
    void dropsChecksForAClosedPeer() {
        var client = new ClientTransport(ClientTransport.Options.udp(), new EchoClient());
        try (var peer = new ServedPeer(room(), client)) {
            peer.introduce();
            peer.awaitConnected();
            peer.proxy.execute(new PeerCommand.Close(false));
            long before = drops(MediaDropReason.UNKNOWN_ADDRESS);
            client.restartIce();
            awaitDrop(MediaDropReason.UNKNOWN_ADDRESS, before);
        }
        nextClientIsUnharmed();
    }

    @Test
    void refusesACertificateThatIsNotTheAnnouncedOne() {
        DtlsCertificate other = ClientTransport.newCertificate();
        var client =
                new ClientTransport(
                        ClientTransport.Options.udp().withCertificate(other), new EchoClient());
        try (var peer = new ServedPeer(room(), client)) {
            peer.introduce();
            Waiting.until("the peer fails", () -> peer.state() == PeerState.FAILED);
            assertThat(peer.events)
                    .contains(
                            new PeerEvent.StateChanged(
                                    PeerState.FAILED, "dtls FINGERPRINT_MISMATCH"));
            assertThat(client.isConnected()).isFalse();
        }
        nextClientIsUnharmed();
    }

    // ---- from a connected client

    /// What a connected client sends and the reason it must be dropped for.
    private record Insider(String name, Consumer<ClientTransport> act, Enum<?> reason) {}

    @TestFactory
    @SuppressWarnings("resource")
    Stream<DynamicTest> dropsNonsenseOfAConnectedClientAndGoesOn() {
        return insiders()
                .map(each -> DynamicTest.dynamicTest(each.name(), () -> assertSurvived(each)));
    }

    private static Stream<Insider> insiders() {
        return Stream.of(
                raw("unknown protocol", filled(0xFF, 50), MediaDropReason.UNKNOWN_PROTOCOL),
                raw("one byte", filled(0x80, 1), MediaDropReason.UNKNOWN_PROTOCOL),
                raw("oversize", filled(0x80, 3_000), MediaDropReason.TOO_LONG),
                raw("forged RTP", filled(0x80, 100), SrtpDropReason.AUTH_FAILED),
                raw("short RTP", filled(0x80, 12), SrtpDropReason.TOO_SHORT),
                raw("forged RTCP", rtcp(100), SrtpDropReason.NOT_ENCRYPTED),
                raw("short RTCP", rtcp(8), SrtpDropReason.TOO_SHORT),
                new Insider(
                        "RTP of nobody",
                        client -> client.sendRtp(rtp(), 12, 60),
                        ReceiveDropReason.UNKNOWN_SSRC),
                new Insider(
                        "RTCP cut short",
                        client -> client.sendRtcp(cutRtcp(), 0, 12),
                        RtcpDropReason.BAD_LENGTH),
                new Insider(
                        "SCTP garbage",
                        client -> client.sendRecord(filled(7, 40)),
                        PeerData.DataDropReason.MALFORMED),
                new Insider(
                        "an empty SCTP packet",
                        client -> client.sendRecord(filled(0, 1)),
                        PeerData.DataDropReason.MALFORMED));
    }

    private static Insider raw(String name, byte[] bytes, Enum<?> reason) {
        return new Insider(name, client -> client.sendRaw(bytes), reason);
    }

    private static byte[] rtcp(int length) {
        byte[] bytes = filled(0x80, length);
        bytes[1] = (byte) 200;
        return bytes;
    }

    private static byte[] rtp() {
        byte[] bytes = filled(0x80, 60);
        bytes[1] = 96;
        bytes[11] = 9;
        return bytes;
    }

    /// Says that it is longer than it is.
    private static byte[] cutRtcp() {
        byte[] bytes = rtcp(12);
        bytes[1] = (byte) 201;
        bytes[3] = 40;
        return bytes;
    }

    private void assertSurvived(Insider insider) {
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            echo.echoes(peer, "before");
            long before = drops(insider.reason());
            peer.client.execute(() -> insider.act().accept(peer.client));
            awaitDrop(insider.reason(), before);
            echo.echoes(peer, "after");
            assertThat(peer.state()).isEqualTo(PeerState.CONNECTED);
        }
    }

    @Test
    void survivesAFloodOfRandomDatagramsOfAConnectedClient() {
        var echo = new EchoClient();
        var random = new java.util.Random(42);
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            for (int i = 0; i < 3_000; i++) {
                byte[] bytes = new byte[1 + random.nextInt(200)];
                random.nextBytes(bytes);
                if (i % 3 == 0) {
                    peer.client.sendRaw(bytes);
                } else if (i % 3 == 1) {
                    peer.client.sendRecord(bytes);
                } else {
                    peer.client.execute(() -> peer.client.sendRtcp(shaped(bytes), 0, 40));
                }
            }
            echo.echoes(peer, "after");
        }
        nextClientIsUnharmed();
    }

    /// Random, but an RTCP header that the SRTCP layer lets through.
    private static byte[] shaped(byte[] random) {
        byte[] bytes = java.util.Arrays.copyOf(random, 40);
        bytes[0] = (byte) (0x80 | (bytes[0] & 0x1F));
        bytes[1] = (byte) (200 + (bytes[1] & 7));
        RtpBytes.put16(bytes, 2, bytes[3] & 15);
        return bytes;
    }

    // ---- over TCP

    @Test
    void closesATcpConnectionWithBadFraming() throws IOException {
        assertTcpClosed(new byte[] {0, 0, 1, 2, 3});
        assertTcpClosed(new byte[] {(byte) 0xFF, (byte) 0xFF, 1, 2, 3});
        assertTcpClosed("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        nextClientIsUnharmed();
    }

    @Test
    void closesATcpConnectionWhoseFirstFrameIsNoCheck() throws IOException {
        assertTcpClosed(framed(filled(22, 40)));
        assertThat(drops(MediaDropReason.UNCHECKED_PATH)).isEqualTo(1);
        assertTcpClosed(framed(stun("nobody:me", Integer.MAX_VALUE)));
        assertThat(drops(MediaDropReason.UNKNOWN_ADDRESS)).isEqualTo(1);
        nextClientIsUnharmed();
    }

    private static byte[] framed(byte[] bytes) {
        byte[] frame = new byte[2 + bytes.length];
        RtpBytes.put16(frame, 0, bytes.length);
        System.arraycopy(bytes, 0, frame, 2, bytes.length);
        return frame;
    }

    private void assertTcpClosed(byte[] bytes) throws IOException {
        try (Socket socket = new Socket(LOOPBACK, plane.openTcpPort())) {
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            out.write(bytes);
            out.flush();
            InputStream in = socket.getInputStream();
            assertThat(readAll(in)).isZero();
        }
        Waiting.until("the connection is forgotten", () -> Leftovers.count(plane) == 0);
    }

    /// Bytes until the end of the stream; a reset is an end too.
    private static int readAll(InputStream in) {
        try {
            return in.readAllBytes().length;
        } catch (java.net.SocketTimeoutException e) {
            throw new UncheckedIOException("not closed", e);
        } catch (IOException _) {
            return 0;
        }
    }

    @Test
    void closesTcpConnectionsThatSayNothing() throws IOException {
        try (Socket silent = new Socket(LOOPBACK, plane.openTcpPort())) {
            silent.setSoTimeout((int) Duration.ofSeconds(15).toMillis());
            assertThat(readAll(silent.getInputStream())).isZero();
        }
        assertThat(Leftovers.count(plane)).isZero();
    }

    private void nextClientIsUnharmed() {
        var echo = new EchoClient();
        try (ServedPeer peer = ServedPeer.connected(room(), ClientTransport.Options.udp(), echo)) {
            echo.echoes(peer, "unharmed");
        }
        Leftovers.assertNone(plane);
    }
}

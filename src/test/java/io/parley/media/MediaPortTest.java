package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.metrics.MediaCounters;
import io.parley.webrtc.ice.IceAgent;
import io.parley.webrtc.ice.IceCandidate;
import io.parley.webrtc.ice.IceCredentials;
import io.parley.webrtc.ice.IcePath;
import io.parley.webrtc.ice.IceSettings;
import io.parley.webrtc.ice.IceSink;
import io.parley.webrtc.ice.Transport;
import io.parley.webrtc.ortc.IceParameters;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What leaves from where, and what becomes of connections.
class MediaPortTest {
    private static final InetAddress FIRST = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SECOND = InetAddress.ofLiteral("127.0.0.2");
    private static final int LIMIT_MS = 10_000;
    private static final int REFLEXIVE_PAIRS = 32;

    private final MediaCounters counters = new MediaCounters();
    private final IceParameters local =
            new IceParameters("server", "password-of-the-server-000", false);
    private MediaPlane plane;
    private OpenRoom room;

    @BeforeEach
    void open() throws IOException {
        var both = List.of(FIRST, SECOND);
        plane = MediaPlane.start(new MediaSettings(List.of(0), 0, both, both, false), counters);
        room = new OpenRoom(plane);
        room.openPeer(new PeerSettings("test", local, false, false, false, null), _ -> {});
        room.onLoop(_ -> room.peer(0));
    }

    @AfterEach
    void close() {
        plane.close();
    }

    /// A check as a client sends it.
    private byte[] check() {
        List<byte[]> sent = new ArrayList<>();
        var agent =
                new IceAgent(
                        IceSettings.defaults(),
                        new IceCredentials("client", "password-of-the-client-000"),
                        true,
                        new Random(1),
                        new Recorder(sent),
                        _ -> {});
        agent.setRemote(
                1, new IceCredentials(local.usernameFragment(), local.password()), local.lite());
        agent.addRemoteCandidate(1, IceCandidate.host(Transport.UDP, "127.0.0.1", 9, 0));
        while (sent.isEmpty()) {
            agent.onTime(agent.nextWakeNs());
        }
        return sent.getFirst();
    }

    private record Recorder(List<byte[]> sent) implements IceSink {
        @Override
        public void send(IcePath to, byte[] buffer, int offset, int length) {
            sent.add(Arrays.copyOfRange(buffer, offset, offset + length));
        }

        @Override
        public IcePath path(Transport transport, InetSocketAddress remote) {
            return new IcePath(transport, remote, remote, this);
        }
    }

    private static boolean isSuccess(byte[] message) {
        return message[0] == 1 && message[1] == 1;
    }

    @Test
    void answersFromTheAddressThatWasAsked() throws IOException {
        byte[] check = check();
        int port = plane.udpPorts().getFirst();
        try (var socket = new DatagramSocket(0, FIRST)) {
            socket.setSoTimeout(LIMIT_MS);
            for (InetAddress asked : List.of(FIRST, SECOND)) {
                socket.send(new DatagramPacket(check, check.length, asked, port));
                var answer = new DatagramPacket(new byte[2048], 2048);
                do {
                    socket.receive(answer);
                } while (!isSuccess(answer.getData()));
                assertThat(answer.getAddress()).isEqualTo(asked);
            }
        }
        room.onLoop(_ -> room.peer(0).close(false));
        Leftovers.assertNone(plane);
    }

    @Test
    void checksLoopbackFromLoopbackAndASecondTimeTheSameWay() {
        room.onLoop(loop -> {
            var remote = new InetSocketAddress(FIRST, 9);
            IcePath path = loop.port().udpPath(room.peer(0), remote);
            assertThat(path).isNotNull().isSameAs(loop.port().udpPath(room.peer(0), remote));
        });
    }

    /// The agent keeps so many; it forgets the oldest, and the connection is of no more use.
    @Test
    void closesATcpConnectionThatItsAgentForgets() throws IOException {
        byte[] check = check();
        List<Socket> sockets = new ArrayList<>();
        for (int i = 0; i <= REFLEXIVE_PAIRS; i++) {
            var socket = new Socket(FIRST, plane.openTcpPort());
            socket.setSoTimeout(LIMIT_MS);
            sockets.add(socket);
            var out = new DataOutputStream(socket.getOutputStream());
            out.writeShort(check.length);
            out.write(check);
            var in = new DataInputStream(socket.getInputStream());
            byte[] answer = new byte[in.readUnsignedShort()];
            in.readFully(answer);
            assertThat(isSuccess(answer)).isTrue();
        }
        int routesAndConnections = 2 * REFLEXIVE_PAIRS;
        room.onLoop(loop -> assertThat(loop.port().entries()).isEqualTo(1 + routesAndConnections));
        assertThat(sockets.getFirst().getInputStream().read()).isEqualTo(-1);
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @Test
    void restsFromAcceptingWhereItCannotUntilTheNextTick() {
        room.onLoop(loop -> {
            try (var listener = new ExhaustedListener()) {
                var key = new FakeKey();
                key.attach(listener);
                loop.port().onReady(loop.nowNs(), key);
                assertThat(key.interestOps()).isZero();
                loop.port().onTime(loop.nowNs());
                assertThat(key.interestOps()).isEqualTo(SelectionKey.OP_ACCEPT);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        assertThat(counters.drops().value(MediaDropReason.TOO_MANY_TCP_CONNECTIONS)).isEqualTo(1);
    }
}

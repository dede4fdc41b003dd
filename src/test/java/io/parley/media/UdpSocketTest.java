package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.metrics.DropCounters;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What waits for a peer arrives as it was put there, whatever runs it left in.
class UdpSocketTest {
    private static final int LIMIT_MS = 2000;

    private final DropCounters drops = new DropCounters();
    private final SendArea area = new SendArea(new SendArea.Memory());

    static Stream<List<Integer>> areas() {
        return Stream.of(
                List.of(100),
                List.of(1200, 1200, 1200, 1200, 700),
                List.of(100, 100, 200, 200, 150, 150, 150, 20),
                List.of(20, 100, 1460, 1460),
                List.of(1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1),
                Collections.nCopies(SendArea.SLOTS, 1200));
    }

    @ParameterizedTest
    @MethodSource("areas")
    void everyDatagramArrivesInOrderOverIpv4(List<Integer> lengths) throws IOException {
        exchange("127.0.0.1", lengths);
    }

    @ParameterizedTest
    @MethodSource("areas")
    void everyDatagramArrivesInOrderOverIpv6(List<Integer> lengths) throws IOException {
        exchange("::1", lengths);
    }

    private void exchange(String host, List<Integer> lengths) throws IOException {
        InetAddress loopback = InetAddress.getByName(host);
        try (var socket = UdpSocket.open(loopback, 0, drops);
                var receiver = new DatagramSocket(0, loopback)) {
            receiver.setSoTimeout(LIMIT_MS);
            for (int turn = 0; turn < 3; turn++) {
                for (int i = 0; i < lengths.size(); i++) {
                    put(i, lengths.get(i));
                }
                area.flush(socket, new InetSocketAddress(loopback, receiver.getLocalPort()));
                for (int i = 0; i < lengths.size(); i++) {
                    expect(receiver, i, lengths.get(i));
                }
            }
            long bytes = lengths.stream().mapToInt(Integer::intValue).sum();
            assertThat(socket.takeDatagramsOut()).isEqualTo(3L * lengths.size());
            assertThat(socket.takeBytesOut()).isEqualTo(3 * bytes);
        }
        for (MediaDropReason reason : MediaDropReason.values()) {
            assertThat(drops.value(reason)).as("%s", reason).isZero();
        }
    }

    private void put(int number, int length) {
        int at = area.nextSlot();
        Arrays.fill(area.bytes(), at, at + length, (byte) number);
        area.commit(length);
    }

    private static void expect(DatagramSocket receiver, int number, int length) throws IOException {
        var packet = new DatagramPacket(new byte[2048], 2048);
        receiver.receive(packet);
        byte[] wanted = new byte[length];
        Arrays.fill(wanted, (byte) number);
        assertThat(Arrays.copyOf(packet.getData(), packet.getLength())).isEqualTo(wanted);
    }
}

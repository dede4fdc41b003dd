package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExternalAddressTest {
    private static final byte[] SUCCESS_HEADER = {
        0x01, 0x01, 0x00, 0x0c, 0x21, 0x12, (byte) 0xa4, 0x42
    };

    /// XOR-MAPPED-ADDRESS of 203.0.113.7:5000 (RFC 8489 §14.2).
    private static final byte[] MAPPED = {
        0x00,
        0x20,
        0x00,
        0x08,
        0x00,
        0x01,
        (byte) (0x13 ^ 0x21),
        (byte) (0x88 ^ 0x12),
        (byte) (203 ^ 0x21),
        (byte) (0 ^ 0x12),
        (byte) (113 ^ 0xa4),
        (byte) (7 ^ 0x42)
    };

    @Test
    void takesTheAddressThatAServerSees() throws Exception {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Thread answering = Thread.ofVirtual().start(() -> answerOnce(server));

            assertThat(ExternalAddress.discover(List.of("127.0.0.1:" + server.getLocalPort())))
                    .contains(InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, 7}));
            answering.join();
        }
    }

    private static void answerOnce(DatagramSocket server) {
        try {
            var request = new DatagramPacket(new byte[100], 100);
            server.receive(request);
            byte[] answer = new byte[32];
            System.arraycopy(SUCCESS_HEADER, 0, answer, 0, 8);
            System.arraycopy(request.getData(), 8, answer, 8, 12);
            System.arraycopy(MAPPED, 0, answer, 20, 12);
            server.send(new DatagramPacket(answer, answer.length, request.getSocketAddress()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void saysNothingWhenNobodyAnswers() throws Exception {
        try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            assertThat(ExternalAddress.discover(List.of("127.0.0.1:" + silent.getLocalPort())))
                    .isEmpty();
        }
    }
}

package io.parley.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;

class KernelSenderTest {
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");

    private final SendArea area = new SendArea(new SendArea.Memory());

    private static KernelSender of(SelectableChannel channel) {
        KernelSender sender = KernelSender.of(channel);
        assumeTrue(sender != null, "no native sends here");
        return sender;
    }

    /// To port 0 nothing goes (EINVAL), which says nothing of the ways to others.
    @Test
    void learnsOfEachDestinationWhatRunsItsWayTakes() throws IOException {
        put(1200);
        put(1200);
        try (var channel = DatagramChannel.open(UdpSocket.familyOf(LOOPBACK));
                var receiver = DatagramChannel.open(UdpSocket.familyOf(LOOPBACK))) {
            receiver.bind(new InetSocketAddress(LOOPBACK, 0));
            KernelSender sender = of(channel);
            assumeTrue(sender.takesRuns(), "this kernel knows no UDP_SEGMENT");
            var nowhere = new EncodedAddress(new InetSocketAddress(LOOPBACK, 0));
            var there = new EncodedAddress((InetSocketAddress) receiver.getLocalAddress());
            assertThat(sender.sendRun(nowhere, area, 0, 2)).isEqualTo(KernelSender.Result.FAILED);
            assertThat(nowhere.longestInRun()).isEqualTo(1199);
            assertThat(there.longestInRun()).isEqualTo(UdpSocket.MAX_DATAGRAM_BYTES);
            assertThat(sender.sendRun(there, area, 0, 2)).isEqualTo(KernelSender.Result.SENT);
        }
    }

    /// As a kernel that has never heard of UDP_SEGMENT does.
    @Test
    void sendsNoRunsWhereTheSocketRefusesTheOption() throws IOException {
        try (var tcp = SocketChannel.open()) {
            assertThat(of(tcp).takesRuns()).isFalse();
        }
    }

    private void put(int length) {
        area.nextSlot();
        area.commit(length);
    }
}

package io.parley.webrtc.ice;

import static io.parley.webrtc.ice.IceNetwork.address;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Long lives of two agents whose network breaks, moves and heals at random.
class IceStoryTest {
    private static LongStream seeds() {
        return LongStream.rangeClosed(1, 200);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void everyStoryEndsConnectedOnceTheNetworkHeals(long seed) {
        var network = new IceNetwork(seed);
        boolean serverControls = network.random.nextBoolean();
        boolean conflict = network.random.nextInt(4) == 0;
        var settings = IceSettings.defaults();
        var server = network.host("192.0.2.1:7882", settings, serverControls);
        var client =
                network.host(
                        "192.0.2.9:5000",
                        settings.withDialTcp(network.random.nextBoolean()),
                        conflict == serverControls);
        negotiate(network, server, client);
        for (int chapter = 0; chapter < 12; chapter++) {
            disturb(network, server, client);
            for (int i = 0; i < 20; i++) {
                network.runMs(network.random.nextInt(400));
                checkInvariants(seed, List.of(server, client));
            }
        }
        network.loss = 0;
        network.blocked.clear();
        client.isDown = false;
        network.runMs(4_000);
        if (isFailed(server) || isFailed(client)) {
            client.restart();
            server.restart();
            negotiate(network, server, client);
        }
        network.runMs(16_000);
        for (var host : List.of(server, client)) {
            assertThat(host.agent().state()).as("seed %d", seed).isEqualTo(IceState.CONNECTED);
            assertThat(host.agent().isNominated()).as("seed %d", seed).isTrue();
            assertThat(host.sent).as("messages, seed %d", seed).isLessThan(400);
        }
        assertThat(server.agent().isControlling())
                .as("seed %d", seed)
                .isNotEqualTo(client.agent().isControlling());
        boolean isTcp = server.selectedRemote().equals(client.tcp);
        assertThat(server.selectedRemote())
                .as("seed %d", seed)
                .isEqualTo(isTcp ? client.tcp : client.publicUdp);
    }

    private static boolean isFailed(IceNetwork.Host host) {
        return host.agent().state() == IceState.FAILED;
    }

    private static void negotiate(
            IceNetwork network, IceNetwork.Host server, IceNetwork.Host client) {
        server.learn(client);
        client.learn(server);
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        client.agent().addRemoteCandidate(network.nowNs, server.tcpCandidate());
        server.agent().addRemoteCandidate(network.nowNs, client.udpCandidate());
    }

    private static void disturb(
            IceNetwork network, IceNetwork.Host server, IceNetwork.Host client) {
        int port = 20_000 + network.random.nextInt(10_000);
        switch (network.random.nextInt(8)) {
            case 0 -> network.loss = network.random.nextDouble() * 0.6;
            case 1 -> network.blocked.add(server.udp);
            case 2 -> network.blocked.clear();
            case 3 -> client.isDown = !client.isDown;
            case 4 -> client.publicUdp = address("198.51.100.7:" + port);
            case 5 -> {
                client.restart();
                server.restart();
                negotiate(network, server, client);
            }
            case 6 -> network.delayNs = (1 + network.random.nextInt(200)) * IceNetwork.MS;
            default ->
                    client.agent()
                            .onPathClosed(network.nowNs, client.pathTo(Transport.TCP, server.tcp));
        }
    }

    private static void checkInvariants(long seed, List<IceNetwork.Host> hosts) {
        for (var host : hosts) {
            IceAgent agent = host.agent();
            switch (agent.state()) {
                case NEW, FAILED -> assertThat(agent.selected()).as("seed %d", seed).isNull();
                case CONNECTED -> assertThat(agent.selected()).as("seed %d", seed).isNotNull();
                case CHECKING, DISCONNECTED -> {}
            }
            assertThat(!agent.isNominated() || agent.selected() != null)
                    .as("seed %d", seed)
                    .isTrue();
            assertThat(host.drops)
                    .as("seed %d", seed)
                    .doesNotContain(
                            IceDropReason.MALFORMED,
                            IceDropReason.BAD_INTEGRITY,
                            IceDropReason.BAD_FINGERPRINT,
                            IceDropReason.MISSING_INTEGRITY);
        }
    }
}

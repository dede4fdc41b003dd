package io.parley.webrtc.ice;

import static io.parley.webrtc.ice.IceNetwork.address;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IceAgentTest {
    private static final IceSettings SETTINGS = IceSettings.defaults();

    private IceNetwork network = new IceNetwork(1);
    private IceNetwork.Host server = network.host("192.0.2.1:7882", SETTINGS, false);
    private IceNetwork.Host client = network.host("192.0.2.9:5000", SETTINGS, true);

    private void setUp(long seed, boolean serverControls, boolean clientControls) {
        network = new IceNetwork(seed);
        server = network.host("192.0.2.1:7882", SETTINGS, serverControls);
        client = network.host("192.0.2.9:5000", SETTINGS, clientControls);
    }

    private void signal() {
        server.learn(client);
        client.learn(server);
    }

    private void connect() {
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        network.runMs(500);
        assertBothConnected();
    }

    private void assertBothConnected() {
        assertThat(server.agent().state()).isEqualTo(IceState.CONNECTED);
        assertThat(client.agent().state()).isEqualTo(IceState.CONNECTED);
        assertThat(server.agent().isNominated()).isTrue();
        assertThat(client.agent().isNominated()).isTrue();
        assertThat(server.selectedRemote()).isEqualTo(client.publicUdp);
        assertThat(client.selectedRemote()).isEqualTo(server.publicUdp);
        assertThat(server.agent().isControlling()).isNotEqualTo(client.agent().isControlling());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectsInOneRoundTripAndNominatesInTheNext(boolean serverControls) {
        setUp(2, serverControls, !serverControls);
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        server.agent().addRemoteCandidate(network.nowNs, client.udpCandidate());

        network.runMs(23);
        assertThat(client.agent().state()).isEqualTo(IceState.CONNECTED);
        assertThat(server.agent().state()).isEqualTo(IceState.CONNECTED);

        network.runMs(23);
        assertBothConnected();
        assertThat(server.agent().rttNs()).isBetween(20 * IceNetwork.MS, 23 * IceNetwork.MS);
        assertThat(server.states()).containsExactly(IceState.CHECKING, IceState.CONNECTED);
    }

    @ParameterizedTest
    @CsvSource({"11,false", "12,true", "13,false", "14,true", "15,false", "16,true", "17,false"})
    void connectsOverALossyNetwork(long seed, boolean serverControls) {
        setUp(seed, serverControls, !serverControls);
        network.loss = 0.4;
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());

        network.runMs(6_000);

        assertBothConnected();
    }

    @ParameterizedTest
    @CsvSource({"21,true", "22,true", "23,true", "24,false", "25,false", "26,false"})
    void resolvesRoleConflicts(long seed, boolean bothControl) {
        setUp(seed, bothControl, bothControl);
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        server.agent().addRemoteCandidate(network.nowNs, client.udpCandidate());

        network.runMs(1_000);

        assertBothConnected();
    }

    @Test
    void learnsThePeerReflexiveAddressBehindANat() {
        client.publicUdp = address("198.51.100.7:61000");

        connect();

        assertThat(server.selectedRemote()).isEqualTo(address("198.51.100.7:61000"));
    }

    @Test
    void answersChecksThatComeBeforeTheRemoteCredentials() {
        client.learn(server);
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        network.runMs(300);
        assertThat(server.agent().state()).isEqualTo(IceState.NEW);

        server.learn(client);
        network.runMs(100);

        assertBothConnected();
    }

    @Test
    void followsANatThatRebinds() {
        connect();
        client.publicUdp = address("198.51.100.7:61000");

        network.runMs(12_000);

        assertBothConnected();
        assertThat(server.states()).doesNotContain(IceState.FAILED);
    }

    @Test
    void renominatesWhenTheOtherSideMovesAndWeControl() {
        setUp(3, true, false);
        connect();
        client.publicUdp = address("198.51.100.7:61000");

        network.runMs(12_000);

        assertBothConnected();
    }

    @Test
    void aLiteServerIsControlledAndSendsNoChecks() {
        network = new IceNetwork(4);
        server = network.host("192.0.2.1:7882", SETTINGS.withLite(true), false);
        client = network.host("192.0.2.9:5000", SETTINGS, false);
        server.learn(client);
        client.agent().setRemote(network.nowNs, server.credentials, true);
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());

        network.runMs(60_000);

        assertBothConnected();
        assertThat(client.drops).containsOnly(IceDropReason.NONE);
        assertThat(client.agent().isControlling()).isTrue();
        assertThat(server.sent).isEqualTo(client.sent);

        client.isDown = true;
        network.runMs(20_000);
        assertThat(server.agent().state()).isEqualTo(IceState.FAILED);
    }

    @Test
    void losesConsentAfterTenSecondsAndFailsAfterFifteen() {
        connect();
        client.isDown = true;
        network.runMs(9_400);
        assertThat(server.agent().state()).isIn(IceState.CONNECTED, IceState.DISCONNECTED);
        network.runMs(1_000);
        assertThat(server.agent().state()).isEqualTo(IceState.DISCONNECTED);
        network.runMs(5_000);
        assertThat(server.agent().state()).isEqualTo(IceState.FAILED);
        assertThat(server.agent().selected()).isNull();
        assertThat(server.agent().nextWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void comesBackWhenTheNetworkDoes() {
        connect();
        client.isDown = true;
        network.runMs(11_000);
        assertThat(server.agent().state()).isEqualTo(IceState.DISCONNECTED);

        client.isDown = false;
        network.runMs(3_000);

        assertBothConnected();
    }

    @Test
    void trafficAloneKeepsThePathAlive() {
        connect();
        network.blocked.add(server.publicUdp);
        for (int i = 0; i < 300; i++) {
            network.runMs(100);
            server.agent().onTraffic(network.nowNs);
        }
        assertThat(server.agent().state()).isEqualTo(IceState.CONNECTED);

        network.runMs(11_000);
        assertThat(server.agent().state()).isEqualTo(IceState.DISCONNECTED);
        server.agent().onTraffic(network.nowNs);
        assertThat(server.agent().state()).isEqualTo(IceState.CONNECTED);
    }

    @Test
    void failsWhenNothingEverAnswers() {
        network.blocked.add(server.publicUdp);
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());

        network.runMs(14_900);
        assertThat(client.agent().state()).isEqualTo(IceState.CHECKING);
        network.runMs(200);
        assertThat(client.agent().state()).isEqualTo(IceState.FAILED);
        assertThat(client.sent).isLessThan(20);
    }

    @Test
    void sendsConsentEveryFewSecondsAtRandom() {
        connect();
        int before = client.sent + server.sent;
        network.runMs(60_000);

        assertThat(client.sent + server.sent - before).isBetween(2 * 2 * 11, 2 * 2 * 20);
        assertBothConnected();
    }

    @Test
    void keepsTheOldPathUntilTheRestartSucceeds() {
        connect();
        IcePath old = server.agent().selected();
        String oldUfrag = server.agent().localUfrag();
        server.events.clear();

        server.restart();
        network.runMs(3_000);

        assertThat(server.agent().selected()).isSameAs(old);
        assertThat(server.agent().state()).isEqualTo(IceState.CONNECTED);
        assertThat(server.agent().accepts(oldUfrag)).isTrue();
        assertThat(server.events)
                .containsExactly(new IceEvent.Restarted(server.credentials.usernameFragment()));

        client.publicUdp = address("198.51.100.7:61000");
        client.restart();
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        network.runMs(200);

        assertBothConnected();
        assertThat(server.agent().accepts(oldUfrag)).isFalse();
        assertThat(server.states()).isEmpty();
        assertThat(server.events).anyMatch(e -> e instanceof IceEvent.Forgotten);
    }

    @Test
    void restartsOnTheSamePath() {
        connect();
        client.restart();
        server.restart();
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        server.events.clear();

        network.runMs(200);

        assertBothConnected();
        assertThat(server.events).anyMatch(e -> e instanceof IceEvent.Selected);
        network.runMs(30_000);
        assertBothConnected();
    }

    @Test
    void restartsAfterFailure() {
        connect();
        client.isDown = true;
        network.runMs(16_000);
        assertThat(server.agent().state()).isEqualTo(IceState.FAILED);

        client.isDown = false;
        client.restart();
        server.restart();
        connect();

        assertThat(server.states())
                .endsWith(IceState.FAILED, IceState.CHECKING, IceState.CONNECTED);
    }

    @Test
    void aRestartGivesADeadPathItsFullTimeAgain() {
        connect();
        client.isDown = true;
        network.runMs(14_000);
        assertThat(server.agent().state()).isEqualTo(IceState.DISCONNECTED);

        client.restart();
        server.restart();
        network.runMs(10_000);
        assertThat(server.agent().state()).isEqualTo(IceState.DISCONNECTED);

        client.isDown = false;
        connect();
    }

    @Test
    void connectsOverTcpWhenTheClientDials() {
        network = new IceNetwork(5);
        server = network.host("192.0.2.1:7882", SETTINGS, false);
        client = network.host("192.0.2.9:5000", SETTINGS.withDialTcp(true), true);
        network.blocked.add(server.udp);
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        client.agent().addRemoteCandidate(network.nowNs, server.tcpCandidate());
        server.agent().addRemoteCandidate(network.nowNs, client.tcpCandidate());

        network.runMs(500);

        assertThat(server.agent().state()).isEqualTo(IceState.CONNECTED);
        assertThat(server.selectedRemote()).isEqualTo(client.tcp);
        assertThat(server.agent().isNominated()).isTrue();

        server.agent().onPathClosed(network.nowNs, server.pathTo(Transport.TCP, client.tcp));
        assertThat(server.agent().state()).isEqualTo(IceState.DISCONNECTED);
        assertThat(server.agent().selected()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void movesFromTcpToUdpOnceThatWorks(boolean serverControls) {
        network = new IceNetwork(6);
        server = network.host("192.0.2.1:7882", SETTINGS, serverControls);
        client = network.host("192.0.2.9:5000", SETTINGS.withDialTcp(true), !serverControls);
        signal();
        client.agent().addRemoteCandidate(network.nowNs, server.tcpCandidate());
        network.runMs(500);
        assertThat(server.selectedRemote()).isEqualTo(client.tcp);

        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());
        network.runMs(500);

        assertBothConnected();
    }

    @Test
    void ignoresUdpWhenOnlyTcpIsWanted() {
        server.agent().useOnly(CandidateFilter.TCP_ONLY);
        signal();
        server.agent().addRemoteCandidate(network.nowNs, client.udpCandidate());
        client.agent().addRemoteCandidate(network.nowNs, server.udpCandidate());

        network.runMs(1_000);

        assertThat(server.drops).containsOnly(IceDropReason.FILTERED);
        assertThat(server.sent).isZero();
    }
}

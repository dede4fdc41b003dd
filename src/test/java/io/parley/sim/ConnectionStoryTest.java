package io.parley.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.ice.IceState;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpWriter;
import io.parley.webrtc.sctp.SctpEvent;
import io.parley.webrtc.sctp.SendOutcome;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Two sides of a peer connection live through loss, restarts and a change of network.
class ConnectionStoryTest {
    private static final long MS = SimNetwork.MS;

    /// Talks all the time: a numbered reliable message each 10 ms, a numbered packet each 20 ms.
    private static final class Talker implements SimTransport.Listener, SimNetwork.Actor {
        final SimTransport transport;
        final List<Integer> messages = new ArrayList<>();
        final BitSet packets = new BitSet();
        final List<SctpEvent> events = new ArrayList<>();
        final byte[] buffer = new byte[400];
        int messagesSent;
        int packetsSent;
        long lastPacketNs;
        long longestSilenceNs;
        boolean talking;
        private long nextNs;

        Talker(SimNetwork network, String address, boolean offerer) {
            transport = new SimTransport(network, address, offerer, this);
            network.add(this);
        }

        void talk() {
            talking = true;
            nextNs = transport.network.nowNs;
            lastPacketNs = nextNs;
        }

        @Override
        public void onRtp(long nowNs, byte[] packet, int length) {
            packets.set(RtpBytes.u16(packet, 2));
            longestSilenceNs = Math.max(longestSilenceNs, nowNs - lastPacketNs);
            lastPacketNs = nowNs;
        }

        @Override
        public void onSctp(long nowNs, SctpEvent event) {
            events.add(event);
            if (event instanceof SctpEvent.Message message) {
                messages.add(RtpBytes.i32(message.payload(), 0));
            }
        }

        @Override
        public long nextWakeNs() {
            return talking ? nextNs : Long.MAX_VALUE;
        }

        @Override
        public void onTime(long nowNs) {
            nextNs = nowNs + 10 * MS;
            Integer stream = transport.channels.get("_reliable");
            if (stream != null) {
                byte[] payload = new byte[60 + transport.network.random.nextInt(3_000)];
                RtpBytes.put32(payload, 0, messagesSent);
                if (transport.sctp.send(nowNs, stream, true, payload, 0, payload.length)
                        == SendOutcome.QUEUED) {
                    messagesSent++;
                }
            }
            if (messagesSent % 2 == 0) {
                RtpWriter.writeHeader(buffer, 0, 111, false, packetsSent++, packetsSent * 960, 7);
                transport.sendRtp(buffer, 12, 12 + 80);
            }
        }

        boolean hasAllOf(Talker other) {
            return messages.size() == other.messagesSent;
        }

        void checkMessages() {
            int last = messages.size() - 1;
            if (last >= 0 && messages.get(last) != last) {
                throw new AssertionError("message " + messages.get(last) + " came as " + last);
            }
        }
    }

    private static final class Story {
        final SimNetwork network;
        final Talker client;
        final Talker server;

        Story(long seed) {
            network = new SimNetwork(seed);
            client = new Talker(network, "192.0.2.1:4000", true);
            server = new Talker(network, "198.51.100.1:7882", false);
            network.always(client::checkMessages);
            network.always(server::checkMessages);
            network.always(() -> {
                for (Talker talker : List.of(client, server)) {
                    if (talker.transport.ice.state() == IceState.FAILED) {
                        throw new AssertionError("ice failed");
                    }
                    if (talker.transport.refused > 0) {
                        throw new AssertionError("a packet of the other side did not open");
                    }
                }
            });
        }

        void connect() {
            SimTransport.introduce(client.transport, server.transport);
            boolean found =
                    network.runUntil(
                            () ->
                                    client.transport.ice.isNominated()
                                            && server.transport.ice.isNominated(),
                            20_000);
            check(found, "ice connects");
            client.transport.sctp.connect(network.nowNs);
            server.transport.sctp.connect(network.nowNs);
            client.transport.sctp.openChannel(network.nowNs, "_reliable", "", true, -1, -1);
            boolean open =
                    network.runUntil(
                            () ->
                                    client.transport.channels.containsKey("_reliable")
                                            && server.transport.channels.containsKey("_reliable"),
                            60_000);
            check(open, "channel opens");
        }

        void talk() {
            client.talk();
            server.talk();
        }

        void finish() {
            client.talking = false;
            server.talking = false;
            boolean arrived =
                    network.runUntil(
                            () -> client.hasAllOf(server) && server.hasAllOf(client), 120_000);
            check(arrived, "every message arrives");
        }

        void check(boolean condition, String what) {
            if (!condition) {
                throw network.failure(new AssertionError(what));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void connectsAndTalksWithATenthOfThePacketsLost(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.1;
        story.network.jitterNs = 15 * MS;
        story.network.duplication = 0.02;
        story.connect();
        story.talk();
        story.network.runMs(10_000);
        story.finish();
        assertThat(story.server.packets.cardinality())
                .isBetween(story.client.packetsSent * 80 / 100, story.client.packetsSent);
        assertThat(story.client.packets.cardinality())
                .isBetween(story.server.packetsSent * 80 / 100, story.server.packetsSent);
        assertThat(story.server.messages).hasSizeGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13, 14})
    void connectsOverASlowAndFullLink(long seed) {
        var story = new Story(seed);
        story.network.delayNs = 150 * MS;
        story.network.rateBps = 600_000;
        story.connect();
        story.talk();
        story.network.runMs(8_000);
        story.finish();
        assertThat(story.server.messages).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25})
    void iceRestartsWhileDataAndMediaFlow(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.05;
        story.network.jitterNs = 5 * MS;
        story.connect();
        story.talk();
        for (int i = 0; i < 3; i++) {
            story.network.runMs(2_000);
            story.client.transport.restartIce();
            story.network.runMs(50);
            story.server.transport.restartIce();
            SimTransport.introduce(story.client.transport, story.server.transport);
        }
        story.network.runMs(3_000);
        story.finish();
        assertThat(story.client.longestSilenceNs).isLessThan(500 * MS);
        assertThat(story.server.longestSilenceNs).isLessThan(500 * MS);
        assertThat(story.client.transport.ice.isNominated()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(longs = {31, 32, 33, 34})
    void iceRestartCarriesTheClientToAnotherNetwork(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.05;
        story.connect();
        story.talk();
        story.network.runMs(2_000);
        story.client.transport.openSocket("203.0.113.9:5000");
        story.client.transport.closeOldSockets();
        story.network.runMs(1_000);
        story.client.transport.restartIce();
        story.server.transport.restartIce();
        SimTransport.introduce(story.client.transport, story.server.transport);
        story.network.runMs(5_000);
        story.finish();
        assertThat(story.server.longestSilenceNs).isLessThan(3_000 * MS);
        assertThat(story.server.transport.ice.selected()).isNotNull();
        assertThat(String.valueOf(story.server.transport.ice.selected())).contains("203.0.113.9");
    }

    @ParameterizedTest
    @ValueSource(longs = {41, 42, 43, 44, 45})
    void theAssociationBeginsAnewUnderTheClientsChannels(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.1;
        story.connect();
        story.client.talk();
        story.network.runMs(2_000);
        story.client.talking = false;
        boolean arrived = story.network.runUntil(() -> story.server.hasAllOf(story.client), 60_000);
        story.check(arrived, "messages before the restart arrive");

        story.server.transport.channels.clear();
        story.server.transport.sctp = story.server.transport.freshAssociation();
        story.server.transport.sctp.connect(story.network.nowNs);
        boolean restarted =
                story.network.runUntil(
                        () ->
                                story.client.events.stream()
                                                .anyMatch(SctpEvent.Restarted.class::isInstance)
                                        && story.server.transport.channels.containsKey("_reliable"),
                        60_000);
        story.check(restarted, "restart is noticed and the channel announced again");
        story.talk();
        story.network.runMs(2_000);
        story.finish();
    }
}

package io.parley.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SctpAssociationTest {
    private static byte[] random(long seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static SctpEvent.Message last(SimPair.Side side) {
        return side.all(SctpEvent.Message.class).getLast();
    }

    @Test
    void connectsBothSidesAtOnceUnderLossAndReordering() {
        for (int seed = 0; seed < 200; seed++) {
            SimPair pair = new SimPair(seed);
            pair.loss = 0.3;
            pair.jitterNs = 100 * SimPair.MS;
            pair.connected();
            pair.runMs(5000);
            assertThat(pair.a.all(SctpEvent.Connected.class)).as("seed %d", seed).hasSize(1);
            assertThat(pair.b.all(SctpEvent.Connected.class)).as("seed %d", seed).hasSize(1);
        }
    }

    @Test
    void answersAPeerThatConnectsAlone() {
        SimPair pair = new SimPair(1);
        pair.a.association.connect(0);
        pair.runMs(200);
        assertThat(pair.a.association.connected()).isTrue();
        assertThat(pair.b.association.connected()).isTrue();
    }

    @Test
    void connectsWhenOneSideBeginsLater() {
        for (int laterMs = 0; laterMs < 100; laterMs += 5) {
            SimPair pair = new SimPair(laterMs);
            pair.a.association.connect(0);
            pair.runMs(laterMs);
            pair.connected();
        }
    }

    @Test
    void opensChannelsBothWaysAndSaysHow() {
        SimPair pair = new SimPair(3);
        int early = pair.a.association.openChannel(0, "_lossy", "x", false, 0, -1);
        assertThat(pair.a.send(early, new byte[] {7})).isEqualTo(SendOutcome.QUEUED);
        pair.connected();
        int other = pair.b.association.openChannel(pair.nowNs, "timed", "", true, -1, 300);
        pair.runMs(500);
        assertThat(early).isZero();
        assertThat(other).isEqualTo(1);
        assertThat(pair.b.all(SctpEvent.ChannelOpened.class))
                .containsExactly(
                        new SctpEvent.ChannelOpened(0, "_lossy", "x", false, 0, -1, true),
                        new SctpEvent.ChannelOpened(1, "timed", "", true, -1, 300, false));
        assertThat(pair.a.all(SctpEvent.ChannelOpened.class))
                .containsExactlyInAnyOrder(
                        new SctpEvent.ChannelOpened(0, "_lossy", "x", false, 0, -1, false),
                        new SctpEvent.ChannelOpened(1, "timed", "", true, -1, 300, true));
        assertThat(last(pair.b).payload()).containsExactly(7);
    }

    @Test
    void aFloodKeepsNoReliableMessageWaiting() {
        SimPair pair = new SimPair(5).connected();
        int reliable = pair.a.association.openChannel(pair.nowNs, "_reliable", "", true, -1, -1);
        int lossy = pair.a.association.openChannel(pair.nowNs, "_lossy", "", false, 0, -1);
        pair.runMs(500);
        for (int i = 0; i < 20; i++) {
            pair.a.send(lossy, random(i, 60_000));
        }
        assertThat(pair.a.association.queuedBytes(lossy)).isBetween(1_000_000L, 1_200_000L);
        for (int i = 0; i < 10; i++) {
            pair.a.send(reliable, new byte[] {(byte) i});
        }
        assertThat(pair.a.association.queuedBytes(reliable)).isEqualTo(10);
        assertThat(pair.a.association.waitedNs(pair.nowNs + 7, lossy)).isEqualTo(7);
        pair.runMs(60_000);
        List<Integer> streams =
                pair.b.all(SctpEvent.Message.class).stream()
                        .map(SctpEvent.Message::streamId)
                        .toList();
        assertThat(streams).hasSize(30);
        assertThat(streams.subList(0, 12))
                .contains(lossy)
                .filteredOn(each -> each == reliable)
                .hasSize(10);
    }

    @Test
    void keepsTextBinaryAndEmptyApart() {
        SimPair pair = new SimPair(4).connected();
        pair.a.association.openNegotiated(100, "_reliable", "", true, -1, -1);
        pair.b.association.openNegotiated(100, "_reliable", "", true, -1, -1);
        byte[] text = "grün".getBytes(StandardCharsets.UTF_8);
        for (boolean binary : new boolean[] {true, false}) {
            pair.a.association.send(pair.nowNs, 100, binary, text, 0, text.length);
            pair.a.association.send(pair.nowNs, 100, binary, text, 0, 0);
        }
        pair.runMs(500);
        List<SctpEvent.Message> got = pair.b.all(SctpEvent.Message.class);
        assertThat(got.stream().map(SctpEvent.Message::binary))
                .containsExactly(true, true, false, false);
        assertThat(got.stream().map(m -> m.payload().length))
                .containsExactly(text.length, 0, text.length, 0);
    }

    @Test
    void bringsAMegabyteThroughTenPercentLossIntactAndInOrder() {
        for (int seed = 0; seed < 5; seed++) {
            SimPair pair = new SimPair(seed);
            pair.loss = 0.1;
            pair.jitterNs = 15 * SimPair.MS;
            pair.connected();
            int id = pair.a.association.openChannel(pair.nowNs, "bulk", "", true, -1, -1);
            for (int i = 0; i < 32; i++) {
                assertThat(pair.a.send(id, random(i, 32_768))).isEqualTo(SendOutcome.QUEUED);
            }
            pair.runUntil(() -> pair.b.all(SctpEvent.Message.class).size() == 32, 120_000);
            List<SctpEvent.Message> got = pair.b.all(SctpEvent.Message.class);
            assertThat(got).as("seed %d", seed).hasSize(32);
            for (int i = 0; i < 32; i++) {
                assertThat(got.get(i).payload()).isEqualTo(random(i, 32_768));
            }
            pair.runMs(10_000);
            assertThat(pair.a.association.bufferedBytes()).as("seed %d", seed).isZero();
            assertThat(pair.nowNs / 1_000_000_000).as("seed %d", seed).isLessThan(60);
        }
    }

    @Test
    void fillsALosslessLink() {
        SimPair pair = new SimPair(1).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "bulk", "", true, -1, -1);
        long from = pair.nowNs;
        for (int i = 0; i < 64; i++) {
            pair.a.send(id, new byte[60_000]);
        }
        pair.runUntil(() -> pair.b.all(SctpEvent.Message.class).size() == 64, 60_000);
        assertThat((pair.nowNs - from) / SimPair.MS).isLessThan(1500);
    }

    @Test
    void neverStallsAnUnorderedChannelWithoutRetransmits() {
        for (int seed = 0; seed < 10; seed++) {
            SimPair pair = new SimPair(seed).connected();
            int id = pair.a.association.openChannel(pair.nowNs, "_lossy", "", false, 0, -1);
            pair.runMs(500);
            pair.loss = 0.2;
            pair.jitterNs = 10 * SimPair.MS;
            for (int i = 0; i < 500; i++) {
                pair.a.send(id, new byte[i % 10 == 0 ? 3000 : 200]);
                pair.runMs(10);
            }
            int got = pair.b.all(SctpEvent.Message.class).size();
            assertThat(got).as("seed %d", seed).isBetween(300, 480);
            pair.loss = 0;
            pair.runMs(5000);
            assertThat(pair.a.association.bufferedBytes()).as("seed %d", seed).isZero();
            pair.a.send(id, new byte[] {42});
            pair.runMs(200);
            assertThat(last(pair.b).payload()).containsExactly(42);
        }
    }

    @Test
    void skipsLostMessagesOfAnOrderedChannelWithLimits() {
        for (int seed = 0; seed < 10; seed++) {
            SimPair pair = new SimPair(seed).connected();
            int few = pair.a.association.openChannel(pair.nowNs, "few", "", true, 1, -1);
            int timed = pair.a.association.openChannel(pair.nowNs, "timed", "", true, -1, 150);
            pair.runMs(500);
            pair.loss = 0.3;
            for (int i = 0; i < 200; i++) {
                pair.a.send(few, new byte[] {(byte) i});
                pair.a.send(timed, new byte[i % 7 == 0 ? 20_000 : 10]);
                pair.runMs(20);
            }
            pair.loss = 0;
            pair.runMs(8000);
            assertThat(pair.a.association.bufferedBytes()).as("seed %d", seed).isZero();
            int before = -1;
            for (SctpEvent.Message message : pair.b.all(SctpEvent.Message.class)) {
                if (message.streamId() == few) {
                    int value = message.payload()[0] & 0xff;
                    assertThat(value).as("seed %d", seed).isGreaterThan(before);
                    before = value;
                }
            }
            pair.a.send(few, new byte[] {1, 2});
            pair.a.send(timed, new byte[] {3, 4});
            pair.runMs(200);
            assertThat(pair.b.all(SctpEvent.Message.class))
                    .as("seed %d", seed)
                    .filteredOn(m -> m.payload().length == 2)
                    .hasSize(2);
        }
    }

    @Test
    void closesAndOpensAgainUnderLoss() {
        for (int seed = 0; seed < 30; seed++) {
            SimPair pair = new SimPair(seed).connected();
            pair.loss = 0.2;
            pair.jitterNs = 30 * SimPair.MS;
            for (int round = 1; round <= 3; round++) {
                int id = pair.a.association.openChannel(pair.nowNs, "c", "", true, -1, -1);
                assertThat(id).as("seed %d", seed).isZero();
                byte[] payload = random(round, 5000);
                pair.a.send(id, payload);
                // The message goes out before the close.
                pair.a.association.closeChannel(pair.nowNs, id);
                assertThat(pair.a.send(id, payload)).isEqualTo(SendOutcome.CLOSED);
                pair.runMs(15_000);
                assertThat(pair.b.all(SctpEvent.Message.class)).as("seed %d", seed).hasSize(round);
                assertThat(last(pair.b).payload()).isEqualTo(payload);
                assertThat(pair.a.all(SctpEvent.ChannelClosed.class)).hasSize(round);
                assertThat(pair.b.all(SctpEvent.ChannelClosed.class)).hasSize(round);
                assertThat(pair.b.send(id, payload)).isEqualTo(SendOutcome.CLOSED);
            }
        }
    }

    @Test
    void usesAnIdAgainWhileTheLastAnswerIsStillUnderWay() {
        for (int seed = 0; seed < 60; seed++) {
            SimPair pair = new SimPair(seed).connected();
            pair.loss = 0.3;
            for (int round = 1; round <= 20; round++) {
                int id = pair.a.association.openChannel(pair.nowNs, "c", "", true, -1, -1);
                pair.a.send(id, new byte[] {(byte) round});
                pair.a.association.closeChannel(pair.nowNs, id);
                int closed = round;
                pair.runUntil(
                        () -> pair.a.all(SctpEvent.ChannelClosed.class).size() == closed, 60_000);
                pair.runMs(round % 3 * 40L);
            }
            pair.runMs(30_000);
            assertThat(pair.b.all(SctpEvent.Message.class)).as("seed %d", seed).hasSize(20);
            assertThat(pair.b.all(SctpEvent.ChannelClosed.class)).as("seed %d", seed).hasSize(20);
            assertThat(pair.a.association.openChannel(pair.nowNs, "c", "", true, -1, -1)).isZero();
        }
    }

    @Test
    void beginsAnewWhenTheCookieIsStale() {
        SimPair pair = new SimPair(5);
        pair.a.association.connect(0);
        pair.runMs(30);
        // The INIT has arrived; nothing of what follows does for longer than a cookie lives.
        pair.a.mute = true;
        pair.runMs(70_000);
        assertThat(pair.b.association.connected()).isFalse();
        pair.a.mute = false;
        pair.runMs(10_000);
        assertThat(pair.b.association.connected()).isTrue();
        assertThat(pair.a.association.connected()).isTrue();
    }

    @Test
    void closesOnceWhenBothSidesClose() {
        SimPair pair = new SimPair(6).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "c", "", true, -1, -1);
        pair.runMs(500);
        pair.a.association.closeChannel(pair.nowNs, id);
        pair.b.association.closeChannel(pair.nowNs, id);
        pair.runMs(2000);
        assertThat(pair.a.all(SctpEvent.ChannelClosed.class)).hasSize(1);
        assertThat(pair.b.all(SctpEvent.ChannelClosed.class)).hasSize(1);
        assertThat(pair.a.association.openChannel(pair.nowNs, "d", "", true, -1, -1)).isZero();
    }

    @Test
    void goesOnAfterThePeerRestarted() {
        for (int seed = 0; seed < 30; seed++) {
            SimPair pair = new SimPair(seed).connected();
            int id = pair.a.association.openChannel(pair.nowNs, "_reliable", "", true, -1, -1);
            pair.a.send(id, new byte[50_000]);
            pair.runMs(70);
            pair.loss = 0.1;
            pair.b.association = pair.b.fresh();
            pair.b.events.clear();
            pair.b.association.connect(pair.nowNs);
            pair.runMs(10_000);
            assertThat(pair.a.all(SctpEvent.Restarted.class)).as("seed %d", seed).hasSize(1);
            assertThat(pair.b.all(SctpEvent.Connected.class)).as("seed %d", seed).hasSize(1);
            assertThat(pair.b.all(SctpEvent.ChannelOpened.class)).as("seed %d", seed).hasSize(1);
            pair.a.send(id, new byte[] {1, 2});
            pair.b.send(id, new byte[] {3, 4});
            pair.runMs(5000);
            assertThat(last(pair.b).payload()).containsExactly(1, 2);
            assertThat(last(pair.a).payload()).containsExactly(3, 4);
            assertThat(pair.a.association.bufferedBytes()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void aRestartedPeerThatKnowsOurChannelsNeedNotHearOfThemAgain() {
        SctpSettings quiet = SctpSettings.defaults().withReopening(false);
        SimPair pair = new SimPair(8, quiet).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "_reliable", "", true, -1, -1);
        pair.runMs(500);
        pair.b.association = pair.b.fresh();
        pair.b.events.clear();
        pair.b.association.openNegotiated(id, "_reliable", "", true, -1, -1);
        pair.b.association.connect(pair.nowNs);
        pair.runMs(2000);
        pair.a.send(id, new byte[] {1, 2});
        pair.b.send(id, new byte[] {3, 4});
        pair.runMs(2000);
        assertThat(last(pair.b).payload()).containsExactly(1, 2);
        assertThat(last(pair.a).payload()).containsExactly(3, 4);
        assertThat(pair.b.all(SctpEvent.ChannelOpened.class))
                .extracting(SctpEvent.ChannelOpened::remote)
                .containsExactly(false);
    }

    @Test
    void refusesWhatTheQueueCannotHoldAndTellsWhenItCan() {
        SctpSettings small = SctpSettings.defaults().withBuffers(1 << 20, 100_000, 20_000);
        SimPair pair = new SimPair(7, small).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "q", "", true, -1, -1);
        pair.runMs(500);
        pair.b.mute = true;
        int taken = 0;
        while (pair.a.send(id, new byte[10_000]) == SendOutcome.QUEUED) {
            taken++;
        }
        assertThat(taken).isEqualTo(10);
        assertThat(pair.a.association.bufferedBytes(id)).isEqualTo(100_000);
        pair.runMs(5000);
        assertThat(pair.a.all(SctpEvent.BufferedAmountLow.class)).isEmpty();
        pair.b.mute = false;
        pair.runMs(10_000);
        assertThat(pair.a.all(SctpEvent.BufferedAmountLow.class))
                .containsExactly(new SctpEvent.BufferedAmountLow(id));
        assertThat(pair.b.all(SctpEvent.Message.class)).hasSize(10);
        assertThat(pair.a.send(id, new byte[10_000])).isEqualTo(SendOutcome.QUEUED);
    }

    @Test
    void doesNotOverrunASmallReceiveWindow() {
        SctpSettings small = SctpSettings.defaults().withBuffers(6000, 4 << 20, 20_000);
        SimPair pair = new SimPair(8, small).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "w", "", true, -1, -1);
        pair.loss = 0.1;
        for (int i = 0; i < 20; i++) {
            pair.a.send(id, random(i, 20_000));
        }
        pair.runMs(120_000);
        List<SctpEvent.Message> got = pair.b.all(SctpEvent.Message.class);
        assertThat(got).hasSize(20);
        for (int i = 0; i < 20; i++) {
            assertThat(got.get(i).payload()).isEqualTo(random(i, 20_000));
        }
    }

    @Test
    void losesAnOversizeMessageAlone() {
        SimPair pair = new SimPair(9).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "o", "", true, -1, -1);
        assertThat(pair.a.send(id, new byte[262_145])).isEqualTo(SendOutcome.TOO_LARGE);
        pair.a.send(id, new byte[65_537]);
        pair.a.send(id, random(1, 65_536));
        pair.runMs(5000);
        assertThat(pair.b.all(SctpEvent.Message.class)).hasSize(1);
        assertThat(last(pair.b).payload()).isEqualTo(random(1, 65_536));
        assertThat(pair.b.association.oversizeMessages()).isEqualTo(1);
        assertThat(pair.b.all(SctpEvent.ChannelClosed.class)).isEmpty();
    }

    @Test
    void bundlesTheSmallMessagesOfOneTurn() {
        SimPair pair = new SimPair(10).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "s", "", true, -1, -1);
        pair.runMs(500);
        int before = pair.a.sent.size();
        for (int i = 0; i < 10; i++) {
            pair.a.send(id, new byte[50]);
        }
        pair.runMs(30);
        assertThat(pair.a.sent.size() - before).isEqualTo(1);
        assertThat(pair.b.all(SctpEvent.Message.class)).hasSize(10);
        for (byte[] packet : pair.a.sent) {
            assertThat(packet.length).isLessThanOrEqualTo(1191);
        }
    }

    @Test
    void leavesTheChecksumOutWhereBothSaidSo() {
        SimPair pair = new SimPair(11, SctpSettings.defaults().withZeroChecksum(true)).connected();
        int id = pair.a.association.openChannel(pair.nowNs, "z", "", true, -1, -1);
        pair.a.send(id, new byte[3000]);
        pair.runMs(500);
        assertThat(last(pair.b).payload()).hasSize(3000);
        byte[] packet = pair.a.sent.getLast();
        assertThat(new byte[] {packet[8], packet[9], packet[10], packet[11]}).containsOnly(0);
        byte[] init = pair.a.sent.getFirst();
        assertThat(SctpPacket.parse(init, 0, init.length, false).chunks()).hasSize(1);
    }

    @Test
    void endsOnAbortOnBothSides() {
        SimPair pair = new SimPair(12).connected();
        pair.a.association.abort(pair.nowNs);
        pair.runMs(200);
        assertThat(pair.a.all(SctpEvent.Closed.class).getFirst().reason())
                .isEqualTo(CloseReason.LOCAL_ABORT);
        assertThat(pair.b.all(SctpEvent.Closed.class).getFirst().reason())
                .isEqualTo(CloseReason.PEER_ABORT);
        assertThat(pair.b.association.connected()).isFalse();
        assertThat(pair.b.association.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
        assertThat(pair.b.send(0, new byte[1])).isEqualTo(SendOutcome.CLOSED);
    }

    @Test
    void answersAPeerShuttingDown() {
        SimPair pair = new SimPair(13).connected();
        byte[] init = pair.b.sent.stream().filter(p -> p[12] == 1).findFirst().orElseThrow();
        SctpChunk.Init chunk =
                (SctpChunk.Init) SctpPacket.parse(init, 0, init.length, false).chunks().getFirst();
        int tag = chunk.body().initiateTag();
        int lastTsn = initialTsn(pair.b) - 1;
        feed(pair, tag, new SctpChunk.Shutdown(lastTsn));
        byte[] answer = pair.b.sent.getLast();
        assertThat(answer[12]).isEqualTo((byte) SctpChunk.SHUTDOWN_ACK);
        feed(pair, tag, new SctpChunk.ShutdownComplete(false));
        pair.b.drain();
        assertThat(pair.b.all(SctpEvent.Closed.class).getFirst().reason())
                .isEqualTo(CloseReason.PEER_SHUTDOWN);
    }

    @Test
    void keepsAnIdleAssociationAliveWithHeartbeats() {
        SimPair pair = new SimPair(14).connected();
        pair.runMs(1000);
        int before = pair.packets;
        pair.runMs(90_000);
        assertThat(pair.packets - before).isEqualTo(3 * 2 * 2);
    }

    private static int initialTsn(SimPair.Side side) {
        byte[] init = side.sent.stream().filter(p -> p[12] == 1).findFirst().orElseThrow();
        SctpChunk chunk = SctpPacket.parse(init, 0, init.length, false).chunks().getFirst();
        return ((SctpChunk.Init) chunk).body().initialTsn();
    }

    private static void feed(SimPair pair, int tag, SctpChunk chunk) {
        byte[] packet = SctpWireTest.packet(chunk);
        packet[4] = (byte) (tag >>> 24);
        packet[5] = (byte) (tag >>> 16);
        packet[6] = (byte) (tag >>> 8);
        packet[7] = (byte) tag;
        SctpWireTest.seal(packet);
        pair.b.association.onPacket(pair.nowNs, packet, 0, packet.length);
    }
}

package io.parley.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReceivePauseTest {
    private static final int MESSAGE_BYTES = 16_384;
    private static final int MESSAGES = 200;
    private static final int WINDOW_BYTES = 1 << 18;

    @Test
    void aPausedReaderStopsTheSenderAndLosesNothing() {
        for (int seed = 0; seed < 10; seed++) {
            SimPair pair = smallWindow(seed);
            pair.loss = seed % 2 == 0 ? 0 : 0.05;
            pair.connected();
            int bulk = pair.a.association.openChannel(pair.nowNs, "_reliable", "", true, -1, -1);
            pair.runMs(500);
            pair.b.association.pauseReceiving(pair.nowNs, true);
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(pair.a.send(bulk, message(i))).isEqualTo(SendOutcome.QUEUED);
            }
            pair.runMs(20_000);
            assertThat(received(pair)).as("seed %d", seed).isEmpty();
            long queuedBytes = (long) MESSAGES * MESSAGE_BYTES;
            long arrivedBytes = queuedBytes - pair.a.association.bufferedBytes();
            assertThat(arrivedBytes)
                    .as("seed %d", seed)
                    .isBetween(WINDOW_BYTES / 2L, 2L * WINDOW_BYTES);
            pair.b.association.pauseReceiving(pair.nowNs, false);
            pair.runUntil(() -> received(pair).size() == MESSAGES, 120_000);
            assertThat(received(pair)).as("seed %d", seed).hasSize(MESSAGES);
            for (int i = 0; i < MESSAGES; i++) {
                assertThat(received(pair).get(i).payload()).isEqualTo(message(i));
            }
        }
    }

    @Test
    void theSenderHearsOfTheRoomAtOnce() {
        SimPair pair = smallWindow(3).connected();
        int bulk = pair.a.association.openChannel(pair.nowNs, "_reliable", "", true, -1, -1);
        pair.runMs(500);
        pair.b.association.pauseReceiving(pair.nowNs, true);
        for (int i = 0; i < 40; i++) {
            pair.a.send(bulk, message(i));
        }
        pair.runMs(5_000);
        pair.b.association.pauseReceiving(pair.nowNs, false);
        pair.b.drain();
        int before = received(pair).size();
        pair.runMs(200);
        assertThat(received(pair).size()).isGreaterThan(before);
    }

    @Test
    void lossyMessagesGoOnWhileReliableOnesWait() {
        SimPair pair = new SimPair(1).connected();
        int bulk = pair.a.association.openChannel(pair.nowNs, "_reliable", "", true, -1, -1);
        int lossy = pair.a.association.openChannel(pair.nowNs, "_lossy", "", false, 0, -1);
        pair.runMs(500);
        pair.b.association.pauseReceiving(pair.nowNs, true);
        pair.a.send(bulk, new byte[] {1});
        pair.a.send(lossy, new byte[] {2});
        pair.runMs(500);
        assertThat(received(pair)).hasSize(1);
        assertThat(received(pair).getFirst().payload()).containsExactly(2);
        pair.b.association.pauseReceiving(pair.nowNs, false);
        pair.b.drain();
        assertThat(received(pair).getLast().payload()).containsExactly(1);
    }

    @Test
    void whatWaitedIsToldBeforeTheEnd() {
        SimPair pair = new SimPair(2).connected();
        int first = pair.a.association.openChannel(pair.nowNs, "one", "", true, -1, -1);
        int second = pair.a.association.openChannel(pair.nowNs, "two", "", true, -1, -1);
        pair.runMs(500);
        pair.b.association.pauseReceiving(pair.nowNs, true);
        pair.a.send(first, new byte[] {1});
        pair.a.send(second, new byte[] {2});
        pair.a.association.closeChannel(pair.nowNs, first);
        pair.runMs(1000);
        assertThat(received(pair)).hasSize(1);
        assertThat(pair.b.events.getLast()).isEqualTo(new SctpEvent.ChannelClosed(first));
        pair.a.association.abort(pair.nowNs);
        pair.runMs(500);
        assertThat(received(pair)).hasSize(2);
        assertThat(pair.b.events.getLast()).isInstanceOf(SctpEvent.Closed.class);
    }

    private static SimPair smallWindow(int seed) {
        return new SimPair(seed, SctpSettings.defaults().withBuffers(WINDOW_BYTES, 4 << 20, 1));
    }

    private static List<SctpEvent.Message> received(SimPair pair) {
        return pair.b.all(SctpEvent.Message.class);
    }

    private static byte[] message(int number) {
        byte[] bytes = new byte[MESSAGE_BYTES];
        new Random(number).nextBytes(bytes);
        return bytes;
    }
}

package io.parley.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class SctpFuzzTest {
    private static SimPair busy(long seed) {
        SimPair pair = new SimPair(seed);
        pair.jitterNs = 10 * SimPair.MS;
        pair.connected();
        int reliable = pair.a.association.openChannel(0, "_reliable", "", true, -1, -1);
        int lossy = pair.a.association.openChannel(0, "_lossy", "", false, 0, -1);
        pair.runMs(200);
        pair.loss = 0.2;
        pair.a.send(reliable, new byte[20_000]);
        for (int i = 0; i < 20; i++) {
            pair.a.send(lossy, new byte[1500]);
            pair.runMs(10);
        }
        pair.b.send(reliable, new byte[5000]);
        pair.a.association.closeChannel(pair.nowNs, lossy);
        pair.runMs(3000);
        pair.loss = 0;
        pair.runMs(3000);
        return pair;
    }

    @Test
    void damagedPacketsChangeNothing() {
        SimPair pair = busy(1);
        Random random = new Random(2);
        List<byte[]> corpus = new ArrayList<>(pair.a.sent);
        for (int i = 0; i < 10_000; i++) {
            byte[] bytes = corpus.get(random.nextInt(corpus.size())).clone();
            int at = random.nextInt(bytes.length);
            bytes[at] ^= (byte) (1 + random.nextInt(255));
            feed(pair, bytes);
        }
        int before = pair.b.all(SctpEvent.Message.class).size();
        assertThat(pair.a.send(0, new byte[3000])).isEqualTo(SendOutcome.QUEUED);
        pair.runMs(2000);
        assertThat(pair.b.all(SctpEvent.Message.class)).hasSize(before + 1);
    }

    @Test
    void mutationsWithGoodChecksumsThrowNothingButMalformed() {
        for (int seed = 0; seed < 100; seed++) {
            SimPair pair = busy(seed);
            Random random = new Random(seed);
            List<byte[]> corpus = new ArrayList<>(pair.a.sent);
            for (int i = 0; i < 100 && pair.b.association.connected(); i++) {
                byte[] bytes = mutate(random, corpus.get(random.nextInt(corpus.size())));
                feed(pair, bytes);
                pair.b.send(0, new byte[random.nextInt(3000)]);
                pair.runMs(random.nextInt(50));
                assertThat(pair.b.association.bufferedBytes())
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(0);
            }
            pair.runMs(5000);
            pair.b.association.abort(pair.nowNs);
            pair.runMs(100);
            assertThat(pair.b.all(SctpEvent.Closed.class)).as("seed %d", seed).hasSize(1);
        }
    }

    private static byte[] mutate(Random random, byte[] original) {
        byte[] bytes = original.clone();
        int changes = 1 + random.nextInt(4);
        for (int c = 0; c < changes; c++) {
            // Behind ports and tag, mostly in the chunk headers: that is where the branches are.
            int span = Math.min(bytes.length - 12, random.nextBoolean() ? 24 : bytes.length);
            bytes[12 + random.nextInt(span)] = (byte) random.nextInt(256);
        }
        SctpWireTest.seal(bytes);
        return bytes;
    }

    private static void feed(SimPair pair, byte[] bytes) {
        try {
            pair.b.association.onPacket(pair.nowNs, bytes, 0, bytes.length);
        } catch (MalformedSctpException e) {
            assertThat(e.getMessage()).isNotEmpty();
        }
    }
}

package io.parley.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

final class TsnRangesTest {
    @Test
    void agreesWithASetOfNumbers() {
        for (int seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            TsnRanges ranges = new TsnRanges();
            TreeSet<Long> model = new TreeSet<>();
            for (int i = 0; i < 150; i++) {
                long tsn = 1000L + random.nextInt(200);
                assertThat(ranges.contains(tsn)).as("seed %d", seed).isEqualTo(model.contains(tsn));
                if (model.add(tsn)) {
                    ranges.add(tsn);
                }
            }
            long cut = 1000L + random.nextInt(200);
            long expected = cut;
            while (model.contains(expected + 1)) {
                expected++;
            }
            assertThat(ranges.removeThrough(cut)).as("seed %d", seed).isEqualTo(expected);
            model.headSet(expected, true).clear();
            long count = 0;
            for (int i = 0; i < ranges.count(); i++) {
                count += ranges.last(i) - ranges.first(i) + 1;
                assertThat(model).contains(ranges.first(i), ranges.last(i));
            }
            assertThat(count).as("seed %d", seed).isEqualTo(model.size());
        }
    }

    @Test
    void unwrapsAroundTheEndOfTheNumbers() {
        long first = Serial.first(-2);
        assertThat(Serial.unwrap(first, 1)).isEqualTo(first + 3);
        assertThat(Serial.unwrap(first + 3, -2)).isEqualTo(first);
        assertThat(Serial.unwrap16(0x1_fffeL, 1)).isEqualTo(0x2_0001L);
    }
}

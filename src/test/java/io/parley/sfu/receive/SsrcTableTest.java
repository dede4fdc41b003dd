package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SsrcTableTest {
    @Test
    void behavesAsAMap() {
        Random random = new Random(5);
        SsrcTable<String> table = new SsrcTable<>(1000);
        Map<Integer, String> model = new HashMap<>();
        for (int i = 0; i < 5000; i++) {
            int ssrc = random.nextInt(300) * 0x10001;
            if (random.nextInt(3) == 0) {
                table.remove(ssrc);
                model.remove(ssrc);
            } else {
                table.put(ssrc, "v" + i);
                model.put(ssrc, "v" + i);
            }
            int other = random.nextInt(300) * 0x10001;
            assertThat(table.get(other)).isEqualTo(model.get(other));
            assertThat(table.size()).isEqualTo(model.size());
        }
    }

    @Test
    void isBounded() {
        SsrcTable<String> table = new SsrcTable<>(2);
        assertThat(table.put(1, "a")).isTrue();
        assertThat(table.put(2, "b")).isTrue();
        assertThat(table.put(3, "c")).isFalse();
        assertThat(table.put(2, "d")).isTrue();
    }
}

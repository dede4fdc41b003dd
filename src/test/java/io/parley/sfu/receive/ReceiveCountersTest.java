package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ReceiveCountersTest {
    private final ReceiveCounters counters = new ReceiveCounters(90_000);

    @Test
    void countsLossInWindowsAndAltogether() {
        for (int seq = 0; seq < 100; seq++) {
            if (seq % 4 != 3) {
                receive(seq, 0);
            }
        }
        assertThat(counters.cumulativeLost()).isEqualTo(24);
        assertThat(counters.takeFractionLost()).isEqualTo(24 * 256 / 99);
        assertThat(counters.takeFractionLost()).isZero();
        assertThat(counters.windowLost()).isEqualTo(24);
        counters.closeWindow();
        receive(99, 0);
        receive(3, 0);
        assertThat(counters.windowPackets()).isEqualTo(2);
        assertThat(counters.windowLost()).isZero();
        assertThat(counters.cumulativeLost()).isEqualTo(23);
    }

    @Test
    void keepsLossOverARestart() {
        receive(10, 0);
        receive(12, 0);
        counters.onRestart();
        receive(5000, 0);
        receive(5001, 0);
        assertThat(counters.cumulativeLost()).isEqualTo(1);
    }

    @Test
    void measuresJitter() {
        for (int i = 0; i < 400; i++) {
            receive(i, i % 2 == 0 ? 0 : 10_000_000);
        }
        assertThat(counters.jitterMs()).isCloseTo(10, within(0.1));
    }

    private void receive(int seq, long lateNs) {
        long nowNs = 1_000_000_000_000L + seq * 20_000_000L + lateNs;
        counters.onPacket(nowNs, seq, seq * 1800, 100, true);
    }
}

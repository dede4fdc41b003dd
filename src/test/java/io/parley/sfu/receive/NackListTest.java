package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class NackListTest {
    private static final long MS = 1_000_000L;
    private static final long RTT = 100 * MS;

    private final NackList list = new NackList(ReceiveSettings.DEFAULTS.nack());
    private final int[] asked = new int[100];

    @Test
    void asksTwentyMillisecondsAfterAGap() {
        list.onGap(0, 65_534, 65_538);
        assertThat(list.nextWakeNs()).isEqualTo(20 * MS);
        assertThat(ask(19)).isEmpty();
        assertThat(ask(20)).containsExactly(65_534, 65_535, 0, 1);
    }

    @Test
    void asksFiveTimesWithGrowingPausesThenGivesUp() {
        list.onGap(0, 5, 6);
        int[] pauses = {20, 100, 125, 156, 195, 244};
        int at = 0;
        for (int i = 0; i < 6; i++) {
            at += pauses[i] + 1;
            assertThat(ask(at - 2)).isEmpty();
            assertThat(ask(at)).hasSize(i < 5 ? 1 : 0);
        }
        assertThat(list.size()).isZero();
        assertThat(list.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void doesNotAskForWhatCame() {
        list.onGap(0, 5, 8);
        list.onReceived(6);
        assertThat(ask(20)).containsExactly(5, 7);
        list.onReceived(5);
        list.onReceived(7);
        assertThat(list.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void givesUpTheOldestOfTooMany() {
        list.onGap(0, 0, 60);
        list.onGap(0, 100, 160);
        assertThat(list.size()).isEqualTo(100);
        assertThat(ask(20)).startsWith(20).endsWith(159);
        list.onGap(0, 1000, 3000);
        assertThat(list.size()).isEqualTo(100);
    }

    private int[] ask(int ms) {
        return Arrays.copyOf(asked, list.drainDue(ms * MS, RTT, asked));
    }
}

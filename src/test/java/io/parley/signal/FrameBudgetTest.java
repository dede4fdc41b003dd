package io.parley.signal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class FrameBudgetTest {
    private static final long SECOND = 1_000_000_000L;

    private long nowNs = 5 * SECOND;
    private final FrameBudget budget = new FrameBudget(nowNs, InboundLimits.of(2 << 20));

    /// As fast as it may; how many until it has to wait.
    private int burst(int size, int most) {
        int frames = 0;
        while (frames < most && budget.waitNs(nowNs) == 0) {
            budget.onFrame(nowNs, size);
            frames++;
        }
        return frames;
    }

    @Test
    void whatClientsSayAtAJoinIsNothing() {
        assertThat(burst(500, 1500)).isEqualTo(1500);
        assertThat(burst(1 << 20, 1)).isEqualTo(1);
        assertThat(budget.isFlooded(nowNs)).isFalse();
    }

    @Test
    void aFloodWaitsAndIsEndedWhenItGoesOn() {
        int frames = burst(20, 100_000);
        long untilNs = nowNs + 30 * SECOND;
        while (!budget.isFlooded(nowNs) && nowNs < untilNs) {
            nowNs += budget.waitNs(nowNs);
            frames += burst(20, 100_000);
        }
        assertThat(nowNs - 5 * SECOND).isBetween(10 * SECOND, 11 * SECOND);
        assertThat(frames).isBetween(3900, 4100);
    }

    @Test
    void aFloodThatIsReadALittleLateIsOneToo() {
        int wakes = 0;
        while (!budget.isFlooded(nowNs) && wakes < 10_000) {
            burst(20, 100_000);
            nowNs += budget.waitNs(nowNs) + 3_000_000;
            wakes++;
        }
        assertThat(budget.isFlooded(nowNs)).isTrue();
    }

    @Test
    void bytesCountToo() {
        assertThat(burst(2 << 20, 100)).isEqualTo(4);
        assertThat(budget.waitNs(nowNs)).isPositive();
        assertThat(budget.waitNs(nowNs + SECOND)).isZero();
    }

    @Test
    void whoPausesIsForgiven() {
        for (int i = 0; i < 20; i++) {
            assertThat(burst(20, 100_000)).isGreaterThan(900);
            assertThat(budget.isFlooded(nowNs)).isFalse();
            nowNs += 6 * SECOND;
            assertThat(budget.waitNs(nowNs)).isZero();
        }
    }

    @Test
    void whoHasBeenQuietIsNotEndedForWhatWasLongAgo() {
        burst(20, 100_000);
        assertThat(budget.isFlooded(nowNs + 60 * SECOND)).isFalse();
    }

    @Test
    void oneHugeMessageIsNoFlood() {
        var lavish =
                new FrameBudget(
                        nowNs, new InboundLimits(10, 10, 1000, 100, Duration.ofSeconds(10)));
        lavish.onFrame(nowNs, 1100);
        assertThat(lavish.waitNs(nowNs)).isBetween(SECOND, 2 * SECOND);
        assertThat(lavish.isFlooded(nowNs + 2 * SECOND)).isFalse();
        lavish.waitNs(nowNs + 9 * SECOND);
        assertThat(lavish.isFlooded(nowNs + 11 * SECOND)).isFalse();
    }
}

package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LayerTrackerTest {
    private static final long MS = 1_000_000L;

    @Test
    void startsWithTheFirstPacketAndStopsAfterAPoorCycle() {
        LayerTracker tracker = new LayerTracker(1, false);
        assertThat(tracker.onPacket(0, false)).isTrue();
        for (int i = 1; i < 5; i++) {
            assertThat(tracker.onPacket(i * MS, false)).isFalse();
        }
        assertThat(tracker.nextWakeNs()).isEqualTo(500 * MS);
        assertThat(tracker.onTime(500 * MS)).isFalse();
        for (int i = 0; i < 4; i++) {
            tracker.onPacket(600 * MS, false);
        }
        assertThat(tracker.onTime(1000 * MS)).isTrue();
        assertThat(tracker.isLive()).isFalse();
        assertThat(tracker.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void returnsWithAGoodCycleOrAKeyFrame() {
        LayerTracker tracker = stopped();
        for (int i = 0; i < 4; i++) {
            assertThat(tracker.onPacket(2000 * MS, false)).isFalse();
        }
        assertThat(tracker.onPacket(2000 * MS, false)).isTrue();
        assertThat(stopped().onPacket(2000 * MS, true)).isTrue();
    }

    @Test
    void screenSharesNeedOnePacketInTwoSeconds() {
        LayerTracker tracker = new LayerTracker(2, true);
        tracker.onPacket(0, false);
        assertThat(tracker.onTime(2000 * MS)).isFalse();
        assertThat(tracker.onTime(4000 * MS)).isTrue();
    }

    @Test
    void aMuteIsNoStop() {
        LayerTracker tracker = new LayerTracker(0, false);
        tracker.onPacket(0, false);
        tracker.pause(true);
        assertThat(tracker.nextWakeNs()).isEqualTo(Long.MAX_VALUE);
        tracker.resume(9000 * MS);
        assertThat(tracker.isLive()).isTrue();
        assertThat(tracker.onTime(9500 * MS)).isTrue();
    }

    private static LayerTracker stopped() {
        LayerTracker tracker = new LayerTracker(2, false);
        tracker.onPacket(0, false);
        assertThat(tracker.onTime(500 * MS)).isTrue();
        return tracker;
    }
}

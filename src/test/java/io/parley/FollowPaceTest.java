package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.NodeId;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FollowPaceTest {
    private static final NodeId NEXT = new NodeId("ND_next");

    /// Passes only while somebody waits.
    private final AtomicLong passedMs = new AtomicLong();

    private final FollowPace.Time time =
            new FollowPace.Time() {
                @Override
                public long nowNs() {
                    return TimeUnit.MILLISECONDS.toNanos(passedMs.get());
                }

                @Override
                public void pause(long ms) {
                    passedMs.addAndGet(ms);
                }
            };

    private FollowPace pace(long busyMs, long stoppedMs) {
        return new FollowPace(
                time, _ -> passedMs.get() < busyMs, () -> passedMs.get() >= stoppedMs);
    }

    @Test
    void givesEachAFifthOfASecond() {
        pace(0, Long.MAX_VALUE).letFollow(4, NEXT);

        assertThat(passedMs).hasValue(800);
    }

    @Test
    void waitsForANodeWithoutCpuToSpare() {
        pace(1500, Long.MAX_VALUE).letFollow(4, NEXT);

        assertThat(passedMs).hasValue(1500);
    }

    @Test
    void waitsNotForEver() {
        pace(Long.MAX_VALUE, Long.MAX_VALUE).letFollow(4, NEXT);

        assertThat(passedMs).hasValue(2400);
    }

    @Test
    void goesOnAtOnceWhenTheNodeIsEndedMeanwhile() {
        pace(Long.MAX_VALUE, 1000).letFollow(4, NEXT);

        assertThat(passedMs).hasValue(1000);
    }

    @Test
    void keepsWithinTheTimeThereIsHoweverBusyTheOthersAre() {
        var pace = pace(Long.MAX_VALUE, Long.MAX_VALUE);
        pace.spread(5000, 100);

        for (int room = 0; room < 25; room++) {
            pace.letFollow(4, NEXT);
        }

        assertThat(passedMs).hasValue(5000);
    }

    @Test
    void waitsForNobodyAfterAnEmptyRoom() {
        pace(Long.MAX_VALUE, Long.MAX_VALUE).letFollow(0, NEXT);

        assertThat(passedMs).hasValue(0);
    }
}

package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class BusDeathsTest {
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");
    private static final NodeId C = new NodeId("ND_c");

    private final BusDeaths deaths = new BusDeaths(A);
    private final Map<NodeId, Set<NodeId>> reached = new HashMap<>();
    private Set<NodeId> nodes = Set.of(A, B, C);
    private long nowNs;

    /// Who is given up after that time, each second having been looked at.
    private Set<NodeId> after(int seconds) {
        Set<NodeId> dead = Set.of();
        for (int i = 0; i < seconds; i++) {
            nowNs += Duration.ofSeconds(1).toNanos();
            Map<NodeId, BusReach.Answer> answers = new HashMap<>();
            reached.forEach((node, heard) ->
                    answers.put(node, new BusReach.Answer(nowNs, Set.of(), heard)));
            dead =
                    deaths.onTick(
                            nowNs,
                            new FenceRule.View(new Electorate(nodes), nodes, answers, false));
        }
        return dead;
    }

    @Test
    void givesUpTheNodeThatNobodyHears() {
        reached.put(B, Set.of(A, B));
        assertThat(after(4)).isEmpty();
        assertThat(after(1)).containsExactly(C);
    }

    @Test
    void keepsTheNodeThatAnotherHears() {
        reached.put(B, Set.of(A, B, C));
        assertThat(after(60)).isEmpty();
    }

    @Test
    void startsAnewAfterASingleAnswer() {
        reached.put(B, Set.of(A, B));
        after(4);
        reached.put(C, Set.of(A, B, C));
        after(1);
        reached.remove(C);
        assertThat(after(4)).isEmpty();
        assertThat(after(1)).containsExactly(C);
    }

    @Test
    void keepsANodeThatMayHaveAMajorityWithThoseUnheard() {
        nodes = Set.of(A, B, C, new NodeId("ND_d"), new NodeId("ND_e"));
        reached.put(B, Set.of(A, B));
        assertThat(after(60)).isEmpty();
    }

    @Test
    void givesUpNobodyOfTwo() {
        nodes = Set.of(A, B);
        assertThat(after(60)).isEmpty();
    }

    @Test
    void countsNoTimeInWhichItMightNotDecide() {
        reached.put(B, Set.of(A, B));
        after(4);
        deaths.onFenced();
        assertThat(after(4)).isEmpty();
    }
}

package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ExpectedNodesTest {
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");
    private static final NodeId C = new NodeId("ND_c");

    private final ExpectedNodes expected = new ExpectedNodes(A);

    @BeforeEach
    void threeNodes() {
        after(0, Set.of(A, B, C), true);
    }

    private Electorate after(long seconds, Set<NodeId> members, boolean mayDecide) {
        expected.onTick(Duration.ofSeconds(seconds).toNanos(), members, members, mayDecide);
        return expected.electorate();
    }

    @Test
    void needsAMajorityOfThree() {
        var electorate = expected.electorate();
        assertThat(electorate.nodes()).containsExactlyInAnyOrder(A, B, C);
        assertThat(electorate.isMajority(Set.of(A, B))).isTrue();
        assertThat(electorate.isMajority(Set.of(A))).isFalse();
        assertThat(electorate.isMajority(Set.of(A, new NodeId("ND_x")))).isFalse();
    }

    @Test
    void forgetsACrashedNodeAfterAWhile() {
        assertThat(after(14, Set.of(A, B), true).nodes()).contains(C);
        var two = after(2, Set.of(A, B), true);
        assertThat(two.nodes()).containsExactlyInAnyOrder(A, B);
        assertThat(two.isMajority(Set.of(A))).isTrue();
    }

    @Test
    void forgetsNobodyWhileItMayNotDecide() {
        assertThat(after(1000, Set.of(A), false).nodes()).containsExactlyInAnyOrder(A, B, C);
        assertThat(after(14, Set.of(A), true).nodes()).contains(B, C);
    }

    @Test
    void startsAnewWithANodeThatCameBack() {
        after(14, Set.of(A, B), true);
        after(1, Set.of(A, B, C), true);
        assertThat(after(14, Set.of(A, B), true).nodes()).contains(C);
    }

    @Test
    void strikesOffAtOnceWhoSaidGoodbye() {
        expected.onLeaving(C);
        assertThat(after(1, Set.of(A, B, C), true).nodes()).contains(C);
        assertThat(after(0, Set.of(A, B), true).nodes()).containsExactlyInAnyOrder(A, B);
    }

    @Test
    void countsANewNodeOnceItIsHeard() {
        var d = new NodeId("ND_d");
        var four = Set.of(A, B, C, d);
        expected.onTick(1, four, Set.of(B, C), true);
        assertThat(expected.electorate().nodes()).doesNotContain(d);
        expected.onTick(Duration.ofSeconds(10).toNanos(), four, Set.of(B, C), true);
        assertThat(expected.electorate().nodes()).contains(d);

        var e = new NodeId("ND_e");
        expected.onTick(1, Set.of(A, B, C, d, e), Set.of(B, C, e), true);
        assertThat(expected.electorate().nodes()).contains(e);
    }
}

package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.cluster.FenceRule.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// In virtual time, ten ticks a second, as the node does it.
final class FenceRuleTest {
    private static final long TICK_NS = Duration.ofMillis(100).toNanos();
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");
    private static final NodeId C = new NodeId("ND_c");

    private final FenceRule rule = new FenceRule(A, 0);
    private final Map<NodeId, BusReach.Answer> answers = new HashMap<>();
    private final Set<NodeId> answering = new HashSet<>();
    private final List<Step> steps = new ArrayList<>();
    private Set<NodeId> expected = Set.of(A, B, C);
    private Set<NodeId> members = Set.of(A, B, C);
    private Set<NodeId> membersAsOthersSee = Set.of(A, B, C);
    private Set<NodeId> reachedByOthers = Set.of(A, B, C);
    private boolean isMerging;
    private boolean canCheck = true;
    private long nowNs;

    private void pass(long ms) {
        for (long end = nowNs + Duration.ofMillis(ms).toNanos(); nowNs < end; ) {
            nowNs += TICK_NS;
            tick();
        }
    }

    private void tick() {
        for (NodeId node : answering) {
            answers.put(node, new BusReach.Answer(nowNs, membersAsOthersSee, reachedByOthers));
        }
        var view =
                new FenceRule.View(
                        new Electorate(expected), members, Map.copyOf(answers), isMerging);
        var step = rule.onTick(nowNs, view);
        if (step != Step.NOTHING) {
            steps.add(step);
        }
        if (step == Step.CHECK) {
            rule.onChecked(nowNs, canCheck);
        }
    }

    private void startOfThree() {
        answering.addAll(Set.of(B, C));
        pass(3000);
        assertThat(steps).isEmpty();
    }

    private void startOfTwo() {
        expected = Set.of(A, B);
        members = Set.of(A, B);
        membersAsOthersSee = members;
        answering.add(B);
        pass(3000);
        assertThat(steps).isEmpty();
    }

    private void standStill(long ms) {
        nowNs += Duration.ofMillis(ms).toNanos();
    }

    @Test
    void decidesOnWhileOneOfThreeIsSilent() {
        startOfThree();
        answering.remove(C);
        pass(60_000);
        members = Set.of(A, B);
        pass(60_000);
        assertThat(steps).isEmpty();
    }

    @Test
    void isFencedBeforeAnybodyMayTakeItsRoomsWhenNobodyAnswers() {
        startOfThree();
        answering.clear();
        pass(3500);
        assertThat(rule.isFenced()).isFalse();
        pass(700);
        assertThat(rule.isFenced()).isTrue();
        assertThat(rule.reason()).isEqualTo("only 1 of 3 nodes answer on the bus");
    }

    @Test
    void isFencedWhenNobodyHearsIt() {
        startOfThree();
        reachedByOthers = Set.of(B, C);
        pass(2700);
        assertThat(rule.isFenced()).isTrue();
    }

    @Test
    void isFencedAtOnceWhenItsMembersAreNoMajority() {
        startOfThree();
        members = Set.of(A);
        pass(100);
        assertThat(rule.isFenced()).isTrue();
        assertThat(rule.reason()).isEqualTo("only 1 of 3 nodes are members");
    }

    @Test
    void isFencedByAPauseAndFreeAgainWhenTheOthersStillCountIt() {
        startOfThree();
        standStill(2500);
        pass(100);
        assertThat(steps).containsExactly(Step.FENCE);
        assertThat(rule.reason()).isEqualTo("stood still for 2600 ms");
        pass(1300);
        assertThat(steps).containsExactly(Step.FENCE);
        pass(500);
        assertThat(steps).containsExactly(Step.FENCE, Step.CHECK, Step.UNFENCE);
        assertThat(rule.isFenced()).isFalse();
    }

    @Test
    void doesNotMindAShortPause() {
        startOfThree();
        standStill(1800);
        pass(5000);
        assertThat(steps).isEmpty();
    }

    @Test
    void staysFencedUntilTheOthersCountItAgain() {
        startOfThree();
        membersAsOthersSee = Set.of(B, C);
        standStill(15_000);
        pass(30_000);
        assertThat(steps).containsExactly(Step.FENCE);
        isMerging = true;
        pass(2000);
        isMerging = false;
        membersAsOthersSee = Set.of(A, B, C);
        pass(1400);
        assertThat(rule.isFenced()).isTrue();
        pass(500);
        assertThat(rule.isFenced()).isFalse();
    }

    @Test
    void doesNotTakeAnOldAnswerForAConfirmation() {
        startOfThree();
        standStill(15_000);
        var old = Map.copyOf(answers);
        answering.clear();
        pass(100);
        answers.putAll(old);
        pass(20_000);
        assertThat(steps).containsExactly(Step.FENCE);
    }

    @Test
    void staysFencedUntilItsRoomsAreRead() {
        startOfThree();
        canCheck = false;
        standStill(3000);
        pass(10_000);
        assertThat(rule.isFenced()).isTrue();
        assertThat(steps).startsWith(Step.FENCE, Step.CHECK, Step.CHECK);
        canCheck = true;
        pass(300);
        assertThat(rule.isFenced()).isFalse();
    }

    @Test
    void checksAnewAfterNewTrouble() {
        startOfThree();
        standStill(3000);
        pass(1700);
        standStill(3000);
        pass(100);
        assertThat(rule.isFenced()).isTrue();
        pass(3000);
        assertThat(steps)
                .endsWith(Step.CHECK, Step.UNFENCE)
                .filteredOn(step -> step == Step.UNFENCE)
                .hasSizeLessThanOrEqualTo(2);
    }

    @Test
    void ofTwoTheOneThatIsLeftGoesOn() {
        startOfTwo();
        answering.clear();
        members = Set.of(A);
        pass(60_000);
        assertThat(steps).isEmpty();
    }

    @Test
    void ofTwoAPausedOneThatFindsItselfAloneWaits() {
        startOfTwo();
        answering.clear();
        members = Set.of(A);
        standStill(15_000);
        pass(9900);
        assertThat(steps).containsExactly(Step.FENCE);
        pass(500);
        assertThat(rule.isFenced()).isFalse();
    }

    @Test
    void ofTwoAPausedOneThatIsNotCountedWaitsForTheMerge() {
        startOfTwo();
        membersAsOthersSee = Set.of(B);
        standStill(15_000);
        pass(60_000);
        assertThat(steps).containsExactly(Step.FENCE);
        membersAsOthersSee = Set.of(A, B);
        pass(300);
        assertThat(rule.isFenced()).isFalse();
    }

    @Test
    void aNodeWithoutOthersIsFreeSoonAfterAPause() {
        expected = Set.of(A);
        members = Set.of(A);
        pass(1000);
        standStill(20_000);
        pass(2000);
        assertThat(steps).containsExactly(Step.FENCE, Step.CHECK, Step.UNFENCE);
    }
}

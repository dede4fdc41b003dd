package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class EvaluationTest {
    private static final long MS = 1_000_000;
    private static final Run RUN = Runs.named("kill-owner").orElseThrow();

    private static final Evidence.Sound SOUND =
            new Evidence.Sound() {
                @Override
                public List<Long> gaps(Set<String> rooms, long fromNs, long toNs) {
                    return rooms.contains("room") ? List.of(900L, 1200L, 5000L) : List.of();
                }

                @Override
                public DataLog.Count data() {
                    return new DataLog.Count(100, 2, 0);
                }

                @Override
                public int repeats() {
                    return 1;
                }
            };

    private static JournalEntry at(long ms, String node, String event, long epoch) {
        return new JournalEntry(ms * MS, ms, node, event, "room", epoch, "");
    }

    private static ClientSight sight(String identity, String sid, Map<String, String> others) {
        return new ClientSight(
                "room", identity, sid, true, "v", others, List.of(), List.of(), List.of());
    }

    private static Evidence evidence(
            Run run, List<JournalEntry> journal, Map<String, Set<String>> hosted) {
        return new Evidence(
                run,
                0,
                9000 * MS,
                true,
                List.of(
                        new Fault(
                                1000 * MS,
                                List.of(new Step.Kill(1)),
                                "a",
                                Map.of("room", "a", "other", "b"))),
                Map.of("a", 1001 * MS),
                Map.of(),
                List.of(),
                journal,
                List.of(new Write("room", "v", 1, 0, 1, Write.Outcome.ACKNOWLEDGED, "")),
                Map.of("room", Map.of("node 2", "v")),
                Map.of("node 2", Map.of("room", "b epoch 2")),
                hosted,
                List.of(
                        sight("anna", "PA_1", Map.of("ben", "PA_2")),
                        sight("ben", "PA_2", Map.of("anna", "PA_1"))),
                List.of(
                        new EventLog.Event(1100 * MS, "anna", "resumed", ""),
                        new EventLog.Event(1900 * MS, "anna", "resumed", "")),
                SOUND);
    }

    private static final List<JournalEntry> TAKEOVER =
            List.of(at(1, "a", "owns", 1), at(1700, "b", "owns", 2), at(1800, "b", "ack", 2));

    @Test
    void measuresFromTheFaultAndJudgesGoalsApartFromRules() {
        var evaluation = new Evaluation(evidence(RUN, TAKEOVER, Map.of("b", Set.of("room"))));
        assertThat(evaluation.violations()).isEmpty();
        assertThat(evaluation.ownerPercentiles().sorted()).containsExactly(700L);
        assertThat(evaluation.hitGaps().at(50)).isEqualTo(1200);
        assertThat(evaluation.missed()).hasSize(1).first().asString().contains("p99: 5000 ms");
        assertThat(evaluation.lines()).contains("all rules kept");
    }

    @Test
    void aRoomThatIsAliveTwiceOrNowhereIsTold() {
        Map<String, Set<String>> twice = Map.of("b", Set.of("room"), "c", Set.of("room"));
        assertThat(rules(RUN, TAKEOVER, twice)).containsExactly(Evaluation.OWNED_ONCE);
        assertThat(rules(RUN, TAKEOVER, Map.of("b", Set.of())))
                .containsExactly(Evaluation.OWNED_ONCE);
    }

    @Test
    void aNodeThatStillBelievesInItsRoomIsTold() {
        List<JournalEntry> both = List.of(at(1, "c", "owns", 1), at(1700, "b", "owns", 2));
        assertThat(rules(RUN, both, Map.of("b", Set.of("room"))))
                .containsExactly(Evaluation.OWNED_ONCE);
    }

    @Test
    void roomsThatMustStayMayNotBeOpenedAnew() {
        Run stays = Runs.named("kill-edge").orElseThrow();
        assertThat(rules(stays, TAKEOVER, Map.of("b", Set.of("room"))))
                .containsExactly(Evaluation.OWNERS_STAY);
    }

    private static List<String> rules(
            Run run, List<JournalEntry> journal, Map<String, Set<String>> hosted) {
        return new Evaluation(evidence(run, journal, hosted))
                .violations().stream().map(Violation::rule).toList();
    }
}

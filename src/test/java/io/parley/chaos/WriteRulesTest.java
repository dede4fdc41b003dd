package io.parley.chaos;

import static io.parley.chaos.Write.Outcome.ACKNOWLEDGED;
import static io.parley.chaos.Write.Outcome.REFUSED;
import static io.parley.chaos.Write.Outcome.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WriteRulesTest {
    private static Write write(String value, int node, Write.Outcome outcome) {
        return new Write("room", value, node, 0, 1, outcome, "");
    }

    private static final List<Write> WRITES =
            List.of(
                    write("v1", 1, ACKNOWLEDGED),
                    write("v2", 2, UNKNOWN),
                    write("v3", 1, ACKNOWLEDGED),
                    write("v4", 1, REFUSED),
                    write("v5", 2, UNKNOWN));

    private static List<String> broken(List<Write> writes, String value, boolean eachSide) {
        return new WriteRules(writes)
                .check(Map.of("room", Map.of("node 1", value)), eachSide).stream()
                        .map(Violation::rule)
                        .toList();
    }

    @ParameterizedTest
    @CsvSource({"v1,false", "v2,false", "v3,true", "v4,false", "v5,true", "other,false"})
    void readsTheLastAcknowledgedOneOrALaterOneOfUnknownFate(String value, boolean right) {
        assertThat(broken(WRITES, value, false))
                .isEqualTo(right ? List.of() : List.of(WriteRules.KEPT));
    }

    @Test
    void nothingIsReadWhereNothingWasAcknowledged() {
        assertThat(broken(List.of(write("v1", 1, UNKNOWN)), "", false)).isEmpty();
        assertThat(broken(WRITES, "", false)).containsExactly(WriteRules.KEPT);
    }

    @ParameterizedTest
    @CsvSource({"v1,false", "v2,true", "v3,true", "v5,true"})
    void eitherSideOfTwoNodesMayWin(String value, boolean right) {
        assertThat(broken(WRITES, value, true))
                .isEqualTo(right ? List.of() : List.of(WriteRules.KEPT));
    }

    @Test
    void aRoomThatNobodyKnowsIsALoss() {
        assertThat(new WriteRules(WRITES).check(Map.of(), false))
                .extracting(Violation::rule)
                .containsExactly(WriteRules.KEPT);
    }

    @Test
    void nodesThatDisagreeAreTold() {
        Map<String, String> answers = Map.of("node 1", "v3", "node 2", "v5");
        assertThat(new WriteRules(WRITES).check(Map.of("room", answers), false))
                .extracting(Violation::rule)
                .containsExactly(WriteRules.ONE_VALUE);
    }

    @Test
    void provesALossByTheLastWrites() {
        Violation lost =
                new WriteRules(WRITES)
                        .check(Map.of("room", Map.of("node 1", "v1")), false)
                        .getFirst();
        assertThat(lost.proof()).hasSize(6).last().isEqualTo("read at the end from node 1: 'v1'");
    }
}

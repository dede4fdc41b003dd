package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunsTest {
    static List<String> names() {
        return Runs.ALL.stream().map(Run::name).toList();
    }

    @Test
    void eachHasANameOfItsOwn() {
        assertThat(names()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("names")
    void aSeedAlwaysGivesTheSameSchedule(String name) {
        Run run = Runs.named(name).orElseThrow();
        assertThat(run.schedule(new Random(7))).isEqualTo(run.schedule(new Random(7)));
        assertThat(run.schedule(new Random(7))).isNotEqualTo(run.schedule(new Random(8)));
    }

    /// What is broken is mended before anything is judged.
    @ParameterizedTest
    @MethodSource("names")
    void whatIsCutStoppedOrStarvedIsLetGoAgain(String name) {
        for (int seed = 0; seed < 20; seed++) {
            int open = 0;
            for (Step step : Runs.named(name).orElseThrow().schedule(new Random(seed))) {
                switch (step) {
                    case Step.Stop _, Step.Starve _, Step.StopRedis _, Step.KillRedis _ -> open++;
                    case Step.Continue _, Step.Feed _, Step.ContinueRedis _ -> open--;
                    case Step.StartRedis _ -> open--;
                    case Step.Cut _, Step.CutBus _, Step.Lose _ -> open = 1;
                    case Step.Heal _ -> open = 0;
                    case Step.Pause _, Step.Warm _ -> {}
                    case Step.Kill _, Step.Terminate _, Step.Start _ -> {}
                }
            }
            assertThat(open).as("seed %d", seed).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void oneNodeAtATimeIsLost(String name) {
        int down = 0;
        for (Step step : Runs.named(name).orElseThrow().schedule(new Random(3))) {
            down +=
                    switch (step) {
                        case Step.Kill _, Step.Terminate _ -> 1;
                        case Step.Start _ -> -1;
                        default -> 0;
                    };
            assertThat(down).isLessThanOrEqualTo(1);
        }
    }
}

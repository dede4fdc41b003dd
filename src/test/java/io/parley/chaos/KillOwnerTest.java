package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The short selection of the failure runs: a few rooms outlive the node that owned them, whether
/// the cluster keeps their state or Redis does. The rest is `make chaos`.
class KillOwnerTest {
    private static final int ROOMS = 6;
    private static final int MEMBERS = 3;
    private static final long SEED = 1;

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"kill-owner", "redis-kill-owner"})
    void roomsOutliveTheNodeThatOwnedThem(String name) throws IOException {
        ChildProcess.needed("target/parley.jar");
        Run run = Runs.named(name).orElseThrow().sized(ROOMS, MEMBERS);
        try (Stage stage = new Stage(run, SEED, directory)) {
            stage.prepare();
            stage.play();
            Evaluation evaluation = new Evaluation(stage.settle());
            assertThat(evaluation.violations()).as(String.join("\n", evaluation.lines())).isEmpty();
        }
    }
}

package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The short selection of the failure runs: a few rooms outlive the node that owned them. The rest
/// is `make chaos`.
class KillOwnerTest {
    private static final int ROOMS = 6;
    private static final int MEMBERS = 3;
    private static final long SEED = 1;

    @TempDir Path directory;

    @Test
    void roomsOutliveTheNodeThatOwnedThem() throws IOException {
        ChildProcess.needed("target/parley.jar");
        Run run = Runs.named("kill-owner").orElseThrow().sized(ROOMS, MEMBERS);
        try (Stage stage = new Stage(run, SEED, directory)) {
            stage.prepare();
            stage.play();
            Evaluation evaluation = new Evaluation(stage.settle());
            assertThat(evaluation.violations()).as(String.join("\n", evaluation.lines())).isEmpty();
        }
    }
}

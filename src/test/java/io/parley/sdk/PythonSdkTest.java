package io.parley.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.ChildProcess;
import io.parley.TestNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// LiveKit's Python SDK, which is its Rust core: the same that its mobile and native clients build
/// on.
class PythonSdkTest {
    private static final Duration LIMIT = Duration.ofSeconds(100);

    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start("--dev");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @ParameterizedTest
    @CsvSource({
        "two_people.py, single",
        "two_people.py, dual",
        "bad_day.py, single",
        "bad_day.py, dual"
    })
    void twoPeopleShareWhatTheyHave(String script, String mode) {
        String python = ChildProcess.needed("target/venv/bin/python").toString();
        var command =
                List.of(
                        python,
                        script,
                        "ws://127.0.0.1:" + node.port(),
                        TestNode.KEY,
                        TestNode.SECRET,
                        mode);
        try (var child = ChildProcess.start(ChildProcess.needed("src/test/sdk"), command)) {
            assertThat(child.nextLine(LIMIT)).contains("\"mode\": \"%s\"".formatted(mode));
        }
    }
}

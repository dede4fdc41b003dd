package io.parley.browser;

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.parley.ChildProcess;
import io.parley.NodeProcess;
import io.parley.TestNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;

/// One browser that plays scenarios one after the other, each a test of its own.
final class BrowserRun {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LIMIT_S = 60;
    private static final Duration PATIENCE = Duration.ofSeconds(LIMIT_S + 20);

    private final String browser;
    private final String mode;
    private final List<String> scenarios;
    private final List<String> servers;
    private final String pids;

    /// The mode is `single` or `dual`: one peer connection or two.
    BrowserRun(String browser, String mode, String scenarios, TestNode... nodes) {
        this(
                browser,
                mode,
                scenarios,
                Arrays.stream(nodes).map(node -> "http://127.0.0.1:" + node.port()).toList(),
                "");
    }

    private BrowserRun(
            String browser, String mode, String scenarios, List<String> servers, String pids) {
        this.browser = browser;
        this.mode = mode;
        this.scenarios = Arrays.asList(scenarios.split(" ", -1));
        this.servers = servers;
        this.pids = pids;
    }

    /// With nodes that scenarios may end.
    static BrowserRun ofProcesses(
            String browser, String mode, String scenarios, List<NodeProcess> nodes) {
        return new BrowserRun(
                browser,
                mode,
                scenarios,
                nodes.stream().map(NodeProcess::url).toList(),
                nodes.stream()
                        .map(node -> String.valueOf(node.pid()))
                        .collect(Collectors.joining(",")));
    }

    DynamicContainer tests() {
        ChildProcess child = start();
        return dynamicContainer(
                "%s, %s, %d node(s)".formatted(browser, mode, servers.size()),
                Stream.concat(
                        scenarios.stream().map(name -> dynamicTest(name, () -> check(child, name))),
                        Stream.of(dynamicTest("the browser ends", child::close))));
    }

    private ChildProcess start() {
        Path scripts = ChildProcess.needed("src/test/browser");
        ChildProcess.needed("src/test/browser/node_modules");
        ChildProcess.needed("target/page/try/livekit-client.js");
        List<String> command =
                List.of(
                        "node",
                        "run.mjs",
                        "--browser",
                        browser,
                        "--modes",
                        mode,
                        "--scenarios",
                        String.join(",", scenarios),
                        "--servers",
                        String.join(",", servers),
                        "--pids",
                        pids,
                        "--key",
                        TestNode.KEY,
                        "--secret",
                        TestNode.SECRET,
                        "--limit",
                        String.valueOf(LIMIT_S));
        return ChildProcess.start(scripts, command);
    }

    private static void check(ChildProcess child, String scenario) throws JsonProcessingException {
        JsonNode result = JSON.readTree(child.nextLine(PATIENCE));
        if (!result.path("scenario").asText().equals(scenario)) {
            throw new AssertionError("expected the result of " + scenario + ", not " + result);
        }
        if (!result.path("ok").asBoolean()) {
            StringBuilder text = new StringBuilder(result.path("error").asText());
            result.path("said").forEach(line -> text.append('\n').append(line.asText()));
            throw new AssertionError(text.append(child.complaints()));
        }
    }
}

package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.scenario.JoinOptions;
import io.parley.scenario.TestClient;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The sub-commands that ask a running node.
final class OperatorTest {
    private final ByteArrayOutputStream stdout = new ByteArrayOutputStream();
    private final ByteArrayOutputStream stderr = new ByteArrayOutputStream();

    private int run(String... arguments) {
        var console =
                new Main.PrintStreamConsole(
                        new PrintStream(stdout, true, StandardCharsets.UTF_8),
                        new PrintStream(stderr, true, StandardCharsets.UTF_8));
        return Main.run(console, Map.of(), arguments);
    }

    private String output() {
        return stdout.toString(StandardCharsets.UTF_8);
    }

    private String complaints() {
        return stderr.toString(StandardCharsets.UTF_8);
    }

    @Test
    void listsTheNodesOfARunningCluster() {
        String debugPort = String.valueOf(TestNode.freeTcpPort());
        String[] flags = {"--debug_handler.port", debugPort, "--region", "north"};
        try (TestNode node = TestNode.start(flags);
                TestClient _ = TestClient.join(node, JoinOptions.of("kitchen", "anna"))) {
            assertThat(run("list-nodes", "--debug_handler.port", debugPort)).isZero();
            assertThat(output()).contains("| " + node.id() + " ", "| SERVING ", "| north ");
            assertThat(run("list-nodes", "--url", "http://127.0.0.1:" + node.port())).isEqualTo(1);
            assertThat(complaints()).contains("has no /debug: set debug_handler.port");
        }
    }

    @Test
    void drainsARunningNode() {
        String debugPort = String.valueOf(TestNode.freeTcpPort());
        try (TestNode node = TestNode.start("--debug_handler.port", debugPort);
                TestClient anna = TestClient.join(node, JoinOptions.of("kitchen", "anna"))) {
            assertThat(run("drain-node", "--debug_handler.port", debugPort, "--node", "ND_no"))
                    .isEqualTo(1);
            assertThat(complaints()).contains("says 400: no such node: ND_no");
            assertThat(run("drain-node", "--debug_handler.port", debugPort)).isZero();
            assertThat(output()).contains(node.id() + " is draining: ", " left");
            anna.awaitLeave();
            assertThat(node.awaitEnd()).isZero();
        }
    }

    @Test
    void saysWhereItWouldAskAndWhyItCannot() {
        assertThat(run("list-nodes")).isEqualTo(1);
        assertThat(complaints()).contains("debug_handler.port, which is not set", "--url");
        String port = String.valueOf(TestNode.freeTcpPort());
        assertThat(run("list-nodes", "--dev", "--port", port)).isEqualTo(1);
        assertThat(complaints()).contains("no node answers at http://127.0.0.1:" + port);
        assertThat(run("list-nodes", "--url", "here")).isEqualTo(1);
        assertThat(complaints()).contains("--url: ");
    }

    @Test
    void drawsATable() {
        List<String> lines = new ArrayList<>(NodeTable.of(ClusterPages.ONE_NODE).lines().toList());

        assertThat(lines).hasSize(7).allMatch(line -> line.length() == lines.getFirst().length());
        assertThat(lines.get(1)).startsWith("| ID ").contains("| Clients ");
        assertThat(lines.get(4))
                .contains(
                        "| ND_a ", "| 50 % / 25 % ", "| 1.1GB ", "| 1.2k / 3.5M ", "| 13 %, 75 % ");
        assertThat(lines.get(5))
                .contains("| SERVING ", "| 1.50 2.50 3.50 ", "| 3 / 4 ", "| 950 / 2.0G ");
    }
}

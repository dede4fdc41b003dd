package io.parley.browser;

import io.parley.NodeProcess;
import io.parley.TestNode;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/// Two pages on nodes of their own; the node that owns their room goes, and they go on with the
/// same participants and tracks. Each run costs a node, and those left must be a majority of all
/// but those that said goodbye.
class OwnerLossTest {
    private static final int NODES = 8;
    private static final List<NodeProcess> nodes = new ArrayList<>();

    @BeforeAll
    static void start() {
        List<Integer> ports =
                Stream.generate(TestNode::freeTcpPort).distinct().limit(NODES).toList();
        for (int port : ports) {
            List<String> flags = new ArrayList<>(List.of("--dev"));
            flags.addAll(NodeProcess.member("loss-" + ports.getFirst(), port, ports));
            nodes.add(NodeProcess.start(flags).awaitReady());
        }
    }

    @AfterAll
    static void stop() {
        nodes.forEach(NodeProcess::close);
    }

    @TestFactory
    Stream<DynamicContainer> theCallGoesOn() {
        return Stream.of(
                        "chromium ownerDrained dual",
                        "chromium ownerKilled single",
                        "chromium ownerKilled dual",
                        "firefox ownerKilled single")
                .map(each -> each.split(" ", -1))
                .map(each -> run(each[0], each[1], each[2]));
    }

    private static DynamicContainer run(String browser, String scenario, String mode) {
        var alive = nodes.stream().filter(NodeProcess::isAlive).toList();
        return BrowserRun.ofProcesses(browser, mode, scenario, alive).tests();
    }
}

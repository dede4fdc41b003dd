package io.parley.browser;

import io.parley.TestNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/// The same calls with each page on a node of its own, of one cluster.
class TwoNodesTest {
    private static TestNode first;
    private static TestNode second;

    @BeforeAll
    static void start() {
        int[] ports = {TestNode.freeTcpPort(), TestNode.freeTcpPort()};
        String members = "127.0.0.1:%d,127.0.0.1:%d".formatted(ports[0], ports[1]);
        String name = "browsers-" + ports[0];
        first = member(ports[0], members, name);
        second = member(ports[1], members, name);
    }

    private static TestNode member(int port, String members, String name) {
        return TestNode.start(
                "--dev",
                "--cluster",
                "--cluster-port",
                String.valueOf(port),
                "--cluster-members",
                members,
                "--cluster-name",
                name);
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
    }

    @TestFactory
    DynamicContainer worksWithOnePeerConnection() {
        return new BrowserRun("chromium", "single", "media data api leave resume", first, second)
                .tests();
    }

    @TestFactory
    DynamicContainer worksWithTwoPeerConnections() {
        return new BrowserRun("chromium", "dual", "media data tracks", first, second).tests();
    }
}

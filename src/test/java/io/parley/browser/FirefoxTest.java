package io.parley.browser;

import io.parley.TestNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/// What people do most, with Firefox.
class FirefoxTest {
    private static TestNode node;

    @BeforeAll
    static void start() {
        node = TestNode.start("--dev");
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @TestFactory
    DynamicContainer worksWithOnePeerConnection() {
        return new BrowserRun("firefox", "single", "media tryPage data tracks resume", node)
                .tests();
    }

    @TestFactory
    DynamicContainer worksWithTwoPeerConnections() {
        return new BrowserRun("firefox", "dual", "media data fullReconnect", node).tests();
    }
}

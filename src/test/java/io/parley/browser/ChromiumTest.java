package io.parley.browser;

import io.parley.TestNode;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/// All that people do with Chromium, with one peer connection and with two.
class ChromiumTest {
    private static final String EVERYTHING =
            "media tryPage layers tracks leave latecomer codecs four twoRooms adaptive data"
                    + " permissions subscriptions api sameName speaking encrypted resume"
                    + " fullReconnect cutSignal simulated tcpOnly";
    private static final String WITH_TWO_CONNECTIONS =
            "media layers tracks leave latecomer data permissions subscriptions resume fullReconnect"
                    + " cutSignal tcpOnly";

    private static TestNode node;
    private static TestNode lite;

    @BeforeAll
    static void start() {
        node = TestNode.start("--dev");
        lite = TestNode.start("--dev", "--rtc.use_ice_lite", "true");
    }

    @AfterAll
    static void stop() {
        lite.close();
        node.close();
    }

    @TestFactory
    DynamicContainer worksWithOnePeerConnection() {
        return new BrowserRun("chromium", "single", EVERYTHING, node).tests();
    }

    @TestFactory
    DynamicContainer worksWithTwoPeerConnections() {
        return new BrowserRun("chromium", "dual", WITH_TWO_CONNECTIONS, node).tests();
    }

    @TestFactory
    DynamicContainer worksWithIceLiteAndOnePeerConnection() {
        return new BrowserRun("chromium", "single", "media", lite).tests();
    }

    @TestFactory
    DynamicContainer worksWithIceLiteAndTwoPeerConnections() {
        return new BrowserRun("chromium", "dual", "media", lite).tests();
    }
}

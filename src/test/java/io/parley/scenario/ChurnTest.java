package io.parley.scenario;

import io.parley.TestNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Many come and go; nothing of them stays.
class ChurnTest {
    @Test
    void twoHundredJoinsAndLeavesLeaveNothingBehind() {
        try (TestNode node = TestNode.start("--room.departure_timeout", "1")) {
            for (int round = 0; round < 25; round++) {
                List<TestClient> clients = new ArrayList<>();
                for (int i = 0; i < 8; i++) {
                    boolean single = i % 2 == 1;
                    clients.add(
                            TestClient.connect(
                                    node,
                                    JoinOptions.of("churn" + round % 3, "c" + i)
                                            .withSingle(single)));
                }
                clients.forEach(TestClient::awaitActive);
                if (round % 5 == 0) {
                    clients.get(0).publishAudio("a");
                    clients.get(1).publishVideo("v", true);
                }
                for (int i = 0; i < clients.size(); i++) {
                    leave(clients.get(i), i + round);
                }
            }
            node.awaitEmpty();
        }
    }

    private static void leave(TestClient client, int way) {
        if (way % 2 == 0) {
            client.leave();
        } else {
            client.close();
        }
    }
}

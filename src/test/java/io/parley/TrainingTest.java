package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.scenario.Waiting;
import org.junit.jupiter.api.Test;

class TrainingTest {
    @Test
    void runsThroughAndLeavesNothingBehind() {
        try (TestNode node = TestNode.start("--dev")) {
            assertThat(node.train()).isTrue();
            awaitEmpty(node);
        }
    }

    @Test
    void losesNodesOfItsOwnWhereThereIsACluster() {
        int port = TestNode.freeTcpPort();
        String[] flags = {
            "--dev",
            "--cluster",
            "--cluster-name",
            "training-test-" + port,
            "--cluster-port",
            String.valueOf(port),
            "--cluster-members",
            "127.0.0.1:" + port
        };
        try (TestNode node = TestNode.start(flags)) {
            assertThat(node.train()).isTrue();
            assertThat(node.clusterSize()).isEqualTo(1);
            awaitEmpty(node);
        }
    }

    private static void awaitEmpty(TestNode node) {
        Waiting.until(
                () ->
                        "rooms=%d participants=%d peers=%d entries=%d are left behind"
                                .formatted(
                                        node.rooms(),
                                        node.participants(),
                                        node.peers(),
                                        node.mediaEntries()),
                () ->
                        node.rooms() == 0
                                && node.participants() == 0
                                && node.tracks() == 0
                                && node.peers() == 0
                                && node.mediaEntries() == 0);
    }
}

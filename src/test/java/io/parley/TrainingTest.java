package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TrainingTest {
    @Test
    void runsThroughAndLeavesNothingBehind() {
        try (TestNode node = TestNode.start("--dev")) {
            assertThat(node.train()).isTrue();
            node.awaitEmpty();
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
            node.awaitEmpty();
        }
    }
}

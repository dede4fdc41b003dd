package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.scenario.Waiting;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FileJournalTest {
    private static final NodeId NODE = new NodeId("ND_a");

    @TempDir private Path folder;

    private Path file() {
        return folder.resolve("journal");
    }

    private List<JsonObject> lines() {
        try {
            return Files.readAllLines(file()).stream().map(JsonObject::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void writesALineAnEventInOrderWithoutBeingClosed() throws IOException {
        try (Journal journal = FileJournal.open(file(), NODE)) {
            for (int i = 0; i < 1000; i++) {
                journal.record("ack", "ki\"tchen\n", 1L << 47, String.valueOf(i));
            }
            Waiting.until("all lines", () -> lines().size() == 1000);
        }
        var lines = lines();
        for (int i = 0; i < 1000; i++) {
            assertThat(lines.get(i).getString("detail")).isEqualTo(String.valueOf(i));
        }
        var first = lines.getFirst();
        assertThat(first.fieldNames())
                .containsExactly("ns", "ms", "node", "event", "room", "epoch", "detail");
        assertThat(first.getString("node")).isEqualTo("ND_a");
        assertThat(first.getString("event")).isEqualTo("ack");
        assertThat(first.getString("room")).isEqualTo("ki\"tchen\n");
        assertThat(first.getLong("epoch")).isEqualTo(1L << 47);
    }

    @Test
    void goesOnInAFileThatIsThere() throws IOException {
        for (String event : List.of("owns", "ends")) {
            try (Journal journal = FileJournal.open(file(), NODE)) {
                journal.record(event, "kitchen", 1, "");
            }
        }
        assertThat(lines())
                .extracting(line -> line.getString("event"))
                .containsExactly("owns", "ends");
    }
}

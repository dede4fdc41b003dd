package io.parley.chaos;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// One line of a node's record of what it decided about rooms (`cluster.journal`). All nodes of a
/// run are on one machine, so `ns` is one clock for all of them.
record JournalEntry(
        long ns, long ms, String node, String event, String room, long epoch, String detail) {
    static final String OWNS = "owns";
    static final String ENDS = "ends";
    static final String ACK = "ack";
    static final String LOST = "lost";

    static JournalEntry parse(String line) {
        var json = new JsonObject(line);
        return new JournalEntry(
                json.getLong("ns"),
                json.getLong("ms"),
                json.getString("node"),
                json.getString("event"),
                json.getString("room", ""),
                json.getLong("epoch", 0L),
                json.getString("detail", ""));
    }

    /// All lines of the file; a node that was killed leaves half a line, where the next one to
    /// write into the file goes on.
    static List<JournalEntry> read(Path file) {
        List<JournalEntry> entries = new ArrayList<>();
        try {
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                int whole = line.lastIndexOf("{\"ns\"");
                if (whole >= 0 && line.endsWith("}")) {
                    entries.add(parse(line.substring(whole)));
                }
            }
        } catch (IOException | DecodeException e) {
            throw new IllegalStateException("not a journal: " + file, e);
        }
        return entries;
    }

    boolean is(String wanted) {
        return event.equals(wanted);
    }

    @Override
    public String toString() {
        return "%d.%03d s node=%s %s room=%s epoch=%d %s"
                .formatted(ms / 1000 % 100_000, ms % 1000, node, event, room, epoch, detail)
                .strip();
    }
}

package io.parley.cluster;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A journal in a file, one JSON object a line: `{"ns":…,"ms":…,"node":…,"event":…,"room":…,
/// "epoch":…,"detail":…}`, `ns` by the machine's monotonic clock at the moment of the event. A
/// thread of its own writes and flushes as soon as there is something; if the disk cannot follow,
/// lines are left out and a line `lost` tells how many.
public final class FileJournal implements Journal {
    private static final Logger LOG = LoggerFactory.getLogger(FileJournal.class);
    private static final int WAITING_LINES = 100_000;
    private static final long CLOSING_LIMIT_MS = 2000;
    private static final String END = "";

    private final String node;
    private final BufferedWriter out;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(WAITING_LINES);
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer;

    private FileJournal(String node, BufferedWriter out) {
        this.node = node;
        this.out = out;
        this.writer = Thread.ofPlatform().daemon().name("parley-journal").unstarted(this::write);
    }

    /// Goes on at the end of a file that is there already.
    public static FileJournal open(Path file, NodeId node) throws IOException {
        var out =
                Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        var journal = new FileJournal(node.value(), out);
        journal.writer.start();
        return journal;
    }

    @Override
    public void record(String event, String room, long epoch, String detail) {
        if (!lines.offer(line(event, room, epoch, detail))) {
            lost.incrementAndGet();
        }
    }

    @Override
    public void close() {
        try {
            lines.put(END);
            writer.join(CLOSING_LIMIT_MS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private String line(String event, String room, long epoch, String detail) {
        return new JsonObject()
                .put("ns", System.nanoTime())
                .put("ms", System.currentTimeMillis())
                .put("node", node)
                .put("event", event)
                .put("room", room)
                .put("epoch", epoch)
                .put("detail", detail)
                .encode();
    }

    private void write() {
        try (out) {
            for (String line = lines.take(); !line.equals(END); line = lines.take()) {
                out.write(line);
                out.newLine();
                writeLost();
                if (lines.isEmpty()) {
                    out.flush();
                }
            }
        } catch (IOException e) {
            LOG.error("The journal ends: it cannot be written.", e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void writeLost() throws IOException {
        long count = lost.getAndSet(0);
        if (count > 0) {
            out.write(line("lost", "", 0, String.valueOf(count)));
            out.newLine();
        }
    }
}

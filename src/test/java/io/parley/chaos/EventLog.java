package io.parley.chaos;

import io.vertx.core.json.JsonObject;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/// What happened in a run, line by line in a file: the schedule's steps, what clients did, what
/// they were told. Any thread writes.
final class EventLog implements AutoCloseable {
    /// Something that counts afterwards.
    record Event(long ns, String who, String what, String detail) {
        /// Seconds since another moment.
        String since(long startNs) {
            return "+%.3f s %s %s %s".formatted((ns - startNs) / 1e9, who, what, detail).strip();
        }
    }

    private final long startNs = System.nanoTime();
    private final ReentrantLock lock = new ReentrantLock();
    private final BufferedWriter out;
    private final List<Event> events = new CopyOnWriteArrayList<>();

    EventLog(Path file) {
        try {
            this.out = Files.newBufferedWriter(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    long startNs() {
        return startNs;
    }

    /// Kept in memory too.
    void event(String who, String what, String detail) {
        var event = new Event(System.nanoTime(), who, what, detail);
        events.add(event);
        write(event);
    }

    /// For the file only.
    void note(String who, String what, String detail) {
        write(new Event(System.nanoTime(), who, what, detail));
    }

    private void write(Event event) {
        String line =
                new JsonObject()
                        .put("s", "%.3f".formatted((event.ns() - startNs) / 1e9))
                        .put("ns", event.ns())
                        .put("who", event.who())
                        .put("what", event.what())
                        .put("detail", event.detail())
                        .encode();
        lock.lock();
        try {
            out.write(line);
            out.newLine();
        } catch (IOException _) {
            // Closed already: what still happens belongs to no run.
            return;
        } finally {
            lock.unlock();
        }
    }

    List<Event> events() {
        return List.copyOf(events);
    }

    @Override
    public void close() {
        lock.lock();
        try {
            out.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            lock.unlock();
        }
    }
}

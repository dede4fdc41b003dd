package io.parley;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Another program that a test runs: its lines one by one with a deadline, its complaints when it
/// fails, and its end together with all that it started.
public final class ChildProcess implements AutoCloseable {
    private static final int COMPLAINT_CHARS = 6000;
    private static final String END = "\0end";

    private final Process process;
    private final Path complaints;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private ChildProcess(Process process, Path complaints) {
        this.process = process;
        this.complaints = complaints;
        Thread.ofVirtual().start(this::read);
    }

    /// Fails with the way to get the program if it is not there.
    public static ChildProcess start(Path directory, List<String> command) {
        try {
            Path complaints = Files.createTempFile("parley-test-", ".log");
            Process process =
                    new ProcessBuilder(command)
                            .directory(directory.toFile())
                            .redirectError(complaints.toFile())
                            .start();
            process.getOutputStream().close();
            return new ChildProcess(process, complaints);
        } catch (IOException e) {
            throw missing(command.getFirst() + ": " + e.getMessage());
        }
    }

    /// A file or folder that `make test` provides.
    public static Path needed(String path) {
        Path found = Path.of(path).toAbsolutePath();
        if (!Files.exists(found)) {
            throw missing(path);
        }
        return found;
    }

    private static AssertionError missing(String what) {
        return new AssertionError(
                "missing " + what + "; run the tests with `make test`: it installs what they need");
    }

    private void read() {
        try (BufferedReader reader = process.inputReader()) {
            reader.lines().forEach(lines::add);
        } catch (IOException | UncheckedIOException _) {
            // Ended from outside: as good as the end of its output.
        }
        lines.add(END);
    }

    /// The next line that it prints; fails when none comes in time.
    public String nextLine(Duration limit) {
        try {
            String line = lines.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (line == null) {
                throw new AssertionError("nothing within " + limit + complaints());
            }
            if (line.equals(END)) {
                lines.add(END);
                throw new AssertionError("the program ended" + complaints());
            }
            return line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public long pid() {
        return process.pid();
    }

    /// What it started, and what that started.
    public List<ProcessHandle> descendants() {
        return process.descendants().toList();
    }

    /// Ends it at once, as the kernel does.
    public void kill() {
        process.destroyForcibly();
    }

    /// Asks it to end, as a service manager does.
    public void terminate() {
        process.destroy();
    }

    /// Its exit status; fails when it does not end in time.
    public int awaitEnd(Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new AssertionError("did not end within " + limit + complaints());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /// What it said on standard error.
    public String complaints() {
        try {
            String text = Files.readString(complaints);
            return "; it said:\n" + text.substring(Math.max(0, text.length() - COMPLAINT_CHARS));
        } catch (IOException e) {
            return "; what it said is lost: " + e;
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor();
            Files.deleteIfExists(complaints);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}

package io.parley.chaos;

import io.parley.TestNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A redis-server of the run's own, that keeps its data on disk over a restart.
final class RedisProcess implements AutoCloseable {
    static final String PASSWORD = "a-password-of-the-run";
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Path directory;
    private final String host;
    private final int port = TestNode.freeTcpPort();
    private @Nullable Process process;

    RedisProcess(Path directory, String host) {
        this.directory = directory;
        this.host = host;
    }

    String address() {
        return host + ":" + port;
    }

    void start(String password) {
        try {
            Files.createDirectories(directory);
            Path log = directory.resolve("redis.log");
            process =
                    new ProcessBuilder(
                                    List.of(
                                            "redis-server",
                                            "--bind",
                                            host,
                                            "--port",
                                            String.valueOf(port),
                                            "--dir",
                                            directory.toString(),
                                            "--appendonly",
                                            "yes",
                                            "--requirepass",
                                            password))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new IllegalStateException("redis-server: " + e.getMessage(), e);
        }
        Waits.until("Redis listens", LIMIT, () -> Waits.isOpen(host, port));
    }

    void signal(String name) {
        Process living = process;
        if (living != null) {
            Shell.run("kill", "-" + name, String.valueOf(living.pid()));
        }
    }

    void stop() {
        Process living = process;
        if (living == null) {
            return;
        }
        living.destroyForcibly();
        try {
            living.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    @Override
    public void close() {
        stop();
    }
}

package io.parley.store;

import io.parley.ChildProcess;
import io.parley.TestNode;
import io.parley.cluster.Await;
import io.parley.scenario.Waiting;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A redis-server of a test's own, with a folder of its own, on a free port.
public final class RedisServer implements AutoCloseable {
    private final Path folder;
    private final int port;
    private final List<String> options;
    private @Nullable ChildProcess process;

    private RedisServer(List<String> options) {
        try {
            folder = Files.createTempDirectory("parley-redis-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.port = TestNode.freeTcpPort();
        this.options = options;
    }

    /// With options as on its command line; nothing is saved.
    public static RedisServer start(String... options) {
        var server = new RedisServer(List.of(options));
        server.run(List.of());
        return server;
    }

    static RedisServer sentinelOf(RedisServer master, String... lines) {
        var sentinel = new RedisServer(List.of());
        String port = String.valueOf(master.port);
        var config = new ArrayList<>(List.of("sentinel monitor mymaster 127.0.0.1 " + port + " 1"));
        config.add("sentinel down-after-milliseconds mymaster 500");
        config.add("sentinel failover-timeout mymaster 3000");
        config.addAll(List.of(lines));
        Path file = sentinel.folder.resolve("sentinel.conf");
        try {
            Files.write(file, config);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sentinel.run(List.of(file.toString(), "--sentinel"));
        return sentinel;
    }

    private void run(List<String> first) {
        var command = new ArrayList<>(List.of("redis-server"));
        command.addAll(first);
        command.addAll(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
        command.addAll(List.of("--dir", folder.toString(), "--save", ""));
        command.addAll(List.of("--repl-diskless-sync-delay", "0"));
        command.addAll(options);
        process = ChildProcess.start(folder, command);
        Waiting.until("redis-server answers", () -> !call("PING").isEmpty());
    }

    public String address() {
        return "127.0.0.1:" + port;
    }

    /// A store of that node in it, which ends with Vert.x.
    public ObjectStore store(Vertx vertx, String node) {
        var settings = RedisFixture.single(address(), RedisSettings.Login.NONE);
        return Await.result(RedisStore.connect(vertx, settings, node));
    }

    int port() {
        return port;
    }

    /// The answer as redis-cli prints it, empty if there is none.
    public String call(String... command) {
        return new String(bytes(command), StandardCharsets.UTF_8).strip();
    }

    /// The same as bytes, with the line end that redis-cli adds.
    public byte[] bytes(String... command) {
        var cli = new ArrayList<>(List.of("redis-cli", "-p", String.valueOf(port)));
        cli.addAll(List.of(command));
        try {
            var process = new ProcessBuilder(cli).redirectError(ProcessBuilder.Redirect.DISCARD);
            try (var out = process.start().getInputStream()) {
                return out.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Ends at once, with all that it knew.
    public void kill() {
        if (process != null) {
            process.close();
            process = null;
        }
    }

    /// After [#kill]: on the same port, with nothing.
    public void startAgain(String... moreOptions) {
        run(List.of(moreOptions));
    }

    /// Does nothing, and answers nothing, until [#proceed].
    void freeze() {
        signal("-STOP");
    }

    void proceed() {
        signal("-CONT");
    }

    private void signal(String signal) {
        try {
            String pid = String.valueOf(process == null ? 0 : process.pid());
            new ProcessBuilder("kill", signal, pid).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kill();
        try (var files = Files.walk(folder)) {
            files.sorted(Comparator.reverseOrder()).forEach(RedisServer::delete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path file) {
        try {
            Files.delete(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

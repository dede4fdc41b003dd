package io.parley.chaos;

import io.parley.TestNode;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One server process of a run, on the jar that ships. Restarted, it keeps its ports, its log and
/// its journal, and is another node to the cluster.
final class NodeProcess {
    private static final Duration PAGE_LIMIT = Duration.ofSeconds(3);

    /// For short runs without the Makefile: nodes that start soon.
    private static final String DEFAULT_FLAGS =
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 --enable-native-access=ALL-UNNAMED"
                    + " --sun-misc-unsafe-memory-access=allow";

    private final int number;
    private final NodePorts ports;
    private final List<String> launcher;
    private final Path directory;
    private final List<String> flags;
    private @Nullable Process process;
    private volatile String id = "";

    /// @param flags of the server, beside those that every node of a run has
    NodeProcess(int number, Network network, Path directory, List<String> flags) {
        this.number = number;
        this.ports = network.ports(number);
        this.launcher = network.launcher(number);
        this.directory = directory;
        this.flags = List.copyOf(flags);
    }

    void start() {
        id = "";
        List<String> command = new ArrayList<>(launcher);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        String javaFlags = System.getenv().getOrDefault("JAVA_FLAGS", DEFAULT_FLAGS);
        command.addAll(List.of(javaFlags.strip().split("\\s+", -1)));
        command.addAll(List.of("-jar", jar().toString()));
        command.addAll(List.of("--port", String.valueOf(ports.http())));
        command.addAll(List.of("--bind", ports.host(), "--node-ip", ports.host()));
        command.addAll(List.of("--udp-port", String.valueOf(ports.udp())));
        command.addAll(List.of("--rtc.tcp_port", String.valueOf(ports.tcp())));
        command.addAll(List.of("--debug_handler.port", String.valueOf(ports.debug())));
        command.addAll(List.of("--keys", TestNode.KEY + ": " + TestNode.SECRET));
        command.addAll(List.of("--cluster", "--cluster-host", ports.host()));
        command.addAll(List.of("--cluster-port", String.valueOf(ports.cluster())));
        command.addAll(List.of("--cluster-bus-port", String.valueOf(ports.bus())));
        command.addAll(List.of("--cluster.journal", journal().toString()));
        command.addAll(flags);
        Path log = directory.resolve("node-%d.log".formatted(number));
        try {
            process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                            .start();
            process.getOutputStream().close();
        } catch (IOException e) {
            throw new IllegalStateException("node %d: %s".formatted(number, e.getMessage()), e);
        }
    }

    static Path jar() {
        return Path.of("target", "parley.jar").toAbsolutePath();
    }

    Path journal() {
        return directory.resolve("node-%d.journal".formatted(number));
    }

    NodeAddress address() {
        return new NodeAddress(number, ports.host(), ports.http(), ports.debug());
    }

    /// Until it is ready for clients and has said what it is called; fails if it ends instead.
    void awaitServing(Duration limit) {
        Waits.until(
                "node %d serves (see its log in %s)".formatted(number, directory),
                limit,
                () -> {
                    if (!isAlive()) {
                        throw new IllegalStateException(
                                "node %d ended, see its log in %s".formatted(number, directory));
                    }
                    return Http.get(address().url() + "/", PAGE_LIMIT).isPresent() && isNamed();
                });
    }

    /// A node without CPU to spare may be asked for its name more than once.
    private boolean isNamed() {
        clusterPage().ifPresent(page -> id = page.getString("self"));
        return !id.isEmpty();
    }

    /// The cluster as this node sees it.
    Optional<JsonObject> clusterPage() {
        return Http.get(address().debugUrl() + "/debug/cluster", PAGE_LIMIT).map(JsonObject::new);
    }

    /// Sends it a signal, by its process id.
    void signal(String name) {
        Shell.run("kill", "-" + name, String.valueOf(pid()));
    }

    /// Its exit status; empty if it has not ended in time.
    Optional<Integer> awaitEnd(Duration limit) {
        Process living = process;
        try {
            if (living != null && living.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.of(living.exitValue());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }

    void kill() {
        Process living = process;
        if (living != null) {
            living.destroyForcibly();
            boolean _ = awaitEnd(Duration.ofSeconds(5)).isPresent();
        }
    }

    boolean isAlive() {
        Process living = process;
        return living != null && living.isAlive();
    }

    long pid() {
        Process living = process;
        if (living == null) {
            throw new IllegalStateException("node %d was not started".formatted(number));
        }
        return living.pid();
    }

    int number() {
        return number;
    }

    /// What the cluster calls it in this life; empty until it serves.
    String id() {
        return id;
    }
}

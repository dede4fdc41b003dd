package io.parley;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A node in a process of its own, from the jar that ships: it can be killed, stopped and asked to
/// end.
public final class NodeProcess implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ChildProcess process;
    private final int port;

    private NodeProcess(ChildProcess process, int port) {
        this.process = process;
        this.port = port;
    }

    /// The flags of a member of a cluster: its own port, and those of all.
    public static List<String> member(String cluster, int port, List<Integer> ports) {
        return List.of(
                "--cluster",
                "--cluster-name",
                cluster,
                "--cluster-port",
                String.valueOf(port),
                "--cluster-members",
                String.join(",", ports.stream().map(each -> "127.0.0.1:" + each).toList()));
    }

    /// Starts it; flags as on the command line come on top, and win.
    public static NodeProcess start(List<String> flags) {
        int port = TestNode.freeTcpPort();
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.add("--sun-misc-unsafe-memory-access=allow");
        command.addAll(List.of("-jar", ChildProcess.needed("target/parley.jar").toString()));
        command.addAll(List.of("--port", String.valueOf(port)));
        command.addAll(List.of("--bind", "127.0.0.1", "--node-ip", "127.0.0.1"));
        command.addAll(List.of("--udp-port", String.valueOf(TestNode.freeUdpPort())));
        command.addAll(List.of("--rtc.tcp_port", String.valueOf(TestNode.freeTcpPort())));
        command.addAll(List.of("--keys", TestNode.KEY + ": " + TestNode.SECRET));
        command.addAll(flags);
        var process = ChildProcess.start(Path.of("").toAbsolutePath(), command);
        return new NodeProcess(process, port);
    }

    /// It answers on its main port.
    public NodeProcess awaitReady() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!isReady()) {
            if (System.nanoTime() - deadline > 0) {
                throw new AssertionError("not ready in time" + process.complaints());
            }
        }
        return this;
    }

    private boolean isReady() {
        try (var client = HttpClient.newHttpClient()) {
            var request = HttpRequest.newBuilder(URI.create(url() + "/")).build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (java.io.IOException _) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    public String url() {
        return "http://127.0.0.1:" + port;
    }

    public boolean isAlive() {
        return ProcessHandle.of(pid()).isPresent();
    }

    public long pid() {
        return process.pid();
    }

    public ChildProcess process() {
        return process;
    }

    @Override
    public void close() {
        process.close();
    }
}

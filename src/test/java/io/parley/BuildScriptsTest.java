package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The scripts behind the Makefile.
class BuildScriptsTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Path ROOT = Path.of("").toAbsolutePath();

    @TempDir Path directory;

    private ChildProcess run(List<String> settings, String... command) {
        List<String> line = new ArrayList<>(List.of("env"));
        line.addAll(settings);
        line.addAll(List.of(command));
        return ChildProcess.start(ROOT, line);
    }

    /// Another program under that name; what it prints is a shell's word.
    private void pretend(String name, String body) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + body + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
    }

    private ChildProcess need(String... names) {
        List<String> command = new ArrayList<>(List.of("./src/build/need"));
        command.addAll(List.of(names));
        return run(
                List.of("PATH=" + directory + ":" + System.getenv("PATH")),
                command.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"go1.19.8,auto,1", "go1.22.2,local,1", "go1.22.2,auto,0", "go1.99,local,0"})
    void wantsAGoThatCanBuildTheBench(String version, String toolchain, int status)
            throws IOException {
        pretend("go", "[ $2 = GOVERSION ] && echo %s || echo %s".formatted(version, toolchain));
        try (var child = need("go")) {
            assertThat(child.awaitEnd(LIMIT)).isEqualTo(status);
            if (status != 0) {
                assertThat(child.complaints())
                        .contains("is needed for the bench")
                        .contains("this is " + version.substring(2));
            }
        }
    }

    @Test
    void wantsANodeThatRunsTheBrowserTests() throws IOException {
        pretend("node", "[ \"$1\" = -p ] && echo 18 || echo v18.1.0");
        pretend("npm", "exit 0");
        try (var page = need("node");
                var tests = need("tests")) {
            assertThat(page.awaitEnd(LIMIT)).isZero();
            assertThat(tests.awaitEnd(LIMIT)).isEqualTo(1);
            assertThat(tests.complaints())
                    .contains("Node.js 20 or newer is needed for the browser tests, not v18.1.0");
        }
    }

    /// In a process group of its own, which hears the signal as a terminal's group does.
    private ChildProcess cluster() throws IOException {
        int port = freePorts();
        return run(
                List.of(
                        "JAVA_HOME=" + System.getProperty("java.home"),
                        "JAVA_FLAGS=-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED",
                        "JAR=" + ChildProcess.needed("target/parley.jar"),
                        "PORT=" + port,
                        "CLUSTER_PORT=" + (port + 10)),
                "env",
                "--default-signal=INT",
                "setsid",
                "./src/build/cluster");
    }

    private static int freePorts() throws IOException {
        var random = new Random();
        for (int attempt = 0; attempt < 50; attempt++) {
            int port = 29_000 + 20 * random.nextInt(50);
            if (IntStream.of(0, 1, 10, 11, 12, 1000, 1001, 2000, 2001)
                            .allMatch(step -> isFreeTcp(port + step))
                    && IntStream.of(2, 1002, 2002).allMatch(step -> isFreeUdp(port + step))) {
                return port;
            }
        }
        throw new IOException("no free ports");
    }

    private static boolean isFreeTcp(int port) {
        try (var socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException _) {
            return false;
        }
    }

    private static boolean isFreeUdp(int port) {
        try (var socket = new DatagramSocket(port)) {
            return socket.isBound();
        } catch (IOException _) {
            return false;
        }
    }

    private static void pressCtrlC(ChildProcess script) throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-INT", "--", "-" + script.pid()).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static List<ProcessHandle> nodes(ChildProcess script) {
        return script.descendants().stream()
                .filter(each -> each.info().command().orElse("").endsWith("/java"))
                .toList();
    }

    /// Once, and again by somebody who cannot wait.
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void ctrlCStopsAllThreeNodes(int times) throws IOException, InterruptedException {
        try (var script = cluster()) {
            while (!script.nextLine(LIMIT).contains("Ctrl-C stops all three")) {
                // Nodes say a lot.
            }
            var nodes = nodes(script);
            assertThat(nodes).hasSize(3);
            for (int i = 0; i < times; i++) {
                pressCtrlC(script);
            }
            assertThat(script.awaitEnd(LIMIT)).isZero();
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
    }

    @Test
    void ctrlCWhileTheFirstNodeStartsLeavesNone() throws IOException, InterruptedException {
        try (var script = cluster()) {
            List<ProcessHandle> nodes = nodes(script);
            while (nodes.isEmpty()) {
                Thread.onSpinWait();
                nodes = nodes(script);
            }
            pressCtrlC(script);
            assertThat(script.awaitEnd(LIMIT)).isZero();
            assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        }
    }
}

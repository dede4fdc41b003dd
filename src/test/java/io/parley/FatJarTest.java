package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The jar as people run it: its commands, its refusals, its start and its end.
class FatJarTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir Path directory;

    private ChildProcess run(String... arguments) {
        Path jar = ChildProcess.needed("target/parley.jar");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-jar", jar.toString()));
        command.addAll(Arrays.asList(arguments));
        return ChildProcess.start(directory, command);
    }

    private static String[] freePorts() {
        return new String[] {
            "--dev",
            "--port",
            String.valueOf(TestNode.freeTcpPort()),
            "--rtc.tcp_port",
            String.valueOf(TestNode.freeTcpPort()),
            "--udp-port",
            String.valueOf(TestNode.freeUdpPort())
        };
    }

    @Test
    void generatesKeys() {
        try (var child = run("generate-keys")) {
            assertThat(child.nextLine(LIMIT)).matches("API Key: {2}API\\w{12}");
            assertThat(child.nextLine(LIMIT)).matches("API Secret: {2}\\w{43}");
            assertThat(child.awaitEnd(LIMIT)).isZero();
        }
    }

    @Test
    void createsAJoinToken() {
        try (var child = run("create-join-token", "--dev", "--room", "r", "--identity", "anna")) {
            assertThat(child.nextLine(LIMIT)).matches("Token: [\\w-]+\\.[\\w-]+\\.[\\w-]+");
            assertThat(child.awaitEnd(LIMIT)).isZero();
        }
    }

    @Test
    void saysWhichPortsItOpens() {
        try (var child = run("ports", "--port", "7000")) {
            assertThat(child.nextLine(LIMIT)).isEqualTo("TCP Ports");
            assertThat(child.nextLine(LIMIT)).isEqualTo("7000 - HTTP service");
            assertThat(child.awaitEnd(LIMIT)).isZero();
        }
    }

    @Test
    void refusesAnUnknownKeyNamingItAndItsLine() throws IOException {
        Path file = directory.resolve("node.yaml");
        Files.writeString(file, "port: 7880\nrtc:\n  udp_prot: 7882\n");
        try (var child = run("--dev", "--config", file.toString())) {
            assertThat(child.awaitEnd(LIMIT)).isEqualTo(1);
            assertThat(child.complaints()).contains("rtc.udp_prot").contains("node.yaml:3:");
        }
    }

    @Test
    void refusesAPortThatIsTaken() {
        String[] ports = freePorts();
        try (var first = run(ports)) {
            awaitReady(first);
            try (var second = run(ports)) {
                assertThat(second.awaitEnd(LIMIT)).isEqualTo(1);
                assertThat(second.complaints()).contains("is not free");
            }
        }
    }

    @Test
    void startsServesAndEndsWhenAsked() throws IOException, InterruptedException {
        String[] ports = freePorts();
        try (var child = run(ports);
                var client = HttpClient.newHttpClient()) {
            awaitReady(child);
            String base = "http://127.0.0.1:" + ports[2];
            assertThat(get(client, base + "/").body()).isEqualTo("OK");
            assertThat(get(client, base + "/try").body()).contains("<title>Parley</title>");
            assertThat(get(client, base + "/try/livekit-client.js").statusCode()).isEqualTo(200);
            child.terminate();
            assertThat(child.awaitEnd(LIMIT)).isZero();
        }
    }

    /// A client that hears nothing, not even that the server closes.
    private static Socket connectDeaf(String port) throws IOException {
        String token =
                TestNode.token(
                        "{\"identity\":\"anna\",\"video\":{\"roomJoin\":true,\"room\":\"r\"}}");
        var socket = new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
        String request =
                """
                GET /rtc?sdk=js&protocol=16&access_token=%s HTTP/1.1\r
                Host: localhost\r
                Connection: Upgrade\r
                Upgrade: websocket\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                \r
                """
                        .formatted(token);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        var answer = socket.getInputStream().readNBytes(12);
        assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 101");
        return socket;
    }

    private ChildProcess runWithKeys(String[] ports, String drainTimeout) {
        List<String> arguments = new ArrayList<>(List.of(ports));
        arguments.addAll(List.of("--keys", TestNode.KEY + ": " + TestNode.SECRET));
        arguments.addAll(List.of("--cluster.drain_timeout", drainTimeout));
        return run(arguments.toArray(String[]::new));
    }

    @Test
    void saysByItsStatusThatTheDeadlinePassed() throws IOException {
        String[] ports = freePorts();
        try (var child = runWithKeys(ports, "300ms")) {
            awaitReady(child);
            try (var _ = connectDeaf(ports[2])) {
                child.terminate();
                assertThat(child.awaitEnd(LIMIT)).isEqualTo(2);
            }
        }
    }

    @Test
    void endsAtOnceByASecondSignal() throws IOException, InterruptedException {
        String[] ports = freePorts();
        try (var child = runWithKeys(ports, "60s");
                var client = HttpClient.newHttpClient()) {
            awaitReady(child);
            try (var _ = connectDeaf(ports[2])) {
                child.terminate();
                String base = "http://127.0.0.1:" + ports[2];
                while (get(client, base + "/").statusCode() != 503) {
                    Thread.onSpinWait();
                }
                assertThat(get(client, base + "/live").statusCode()).isEqualTo(200);
                child.terminate();
                assertThat(child.awaitEnd(LIMIT)).isEqualTo(128 + 15);
            }
        }
    }

    private static void awaitReady(ChildProcess child) {
        String line = "";
        while (!line.contains("try it")) {
            line = child.nextLine(LIMIT);
        }
    }

    private static HttpResponse<String> get(HttpClient client, String url)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(URI.create(url)).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

package io.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.cluster.NodeSelectorSettings;
import io.parley.config.ConfigException;
import io.parley.room.IceServers;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import livekit.LivekitAgentDispatch.RoomAgentDispatch;
import livekit.LivekitRoom.RoomConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LaunchTest {
    @TempDir Path directory;

    private static Launch launch(String... arguments) {
        return Launch.of(new Arguments(arguments), Map.of());
    }

    private static IceServers iceServers(String yaml) {
        Launch launch = launch("--config-body", yaml);
        return new IceServerSettings(launch.config(), launch.files()).servers();
    }

    private Path secret(String text, String permissions) throws IOException {
        Path file = directory.resolve("secret");
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void aFlagThatIsTrueOrFalseLeavesTheNextWordAlone() {
        var arguments =
                new Arguments("--dev", "--rtc.force_tcp", "ports", "--rtc.use_ice_lite", "false");

        assertThat(arguments.command()).contains("ports");
        assertThat(arguments.has("rtc.force_tcp")).isTrue();
        assertThat(arguments.has("rtc.use_ice_lite")).isFalse();
    }

    @Test
    void findsTheKeyFileThroughVariables() throws IOException {
        secret("APIx: of-some-length", "rw-------");

        Launch launch =
                Launch.of(
                        new Arguments("--key-file", "$DIRECTORY/${NAME}$UNSET"),
                        Map.of("DIRECTORY", directory.toString(), "NAME", "secret"));

        assertThat(launch.keys()).containsExactly(Map.entry("APIx", "of-some-length"));
    }

    @Test
    void refusesSecretsThatEverybodyMayRead() throws IOException {
        String file = secret("APIx: s", "rw-r--r--").toString();

        assertThatThrownBy(() -> launch("--key-file", file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("key file others permissions must be set to 0");
        assertThatThrownBy(() ->
                        iceServers(
                                "rtc: {turn_servers: [{host: t, secret_file: %s}]}"
                                        .formatted(file)))
                .hasMessageContaining("others permissions must be set to 0");
    }

    @Test
    void saysOfAKeyWithoutEffectThatItHasNone() {
        Launch launch =
                launch("--config-body", "redis: {pool_size: 7}\nport: 1\nturn: {enabled: false}");

        assertThat(launch.config().withoutEffect()).containsExactly("redis.pool_size");
    }

    @Test
    void readsTurnServersOfEachKind() throws IOException {
        String file = secret("of a file\n", "rw-------").toString();

        IceServers servers =
                iceServers(
                        """
                        rtc:
                          stun_servers: [stun.example.org:3478]
                          turn_servers:
                            - {host: a, port: 443, protocol: tls, username: u, credential: c}
                            - {host: b, protocol: tcp, secret: s, secret_file: nowhere, ttl: 60}
                            - {host: c, port: 5, secret_file: '%s'}
                        """
                                .formatted(file));

        assertThat(servers.stunUrls()).containsExactly("stun:stun.example.org:3478");
        assertThat(servers.turn())
                .containsExactly(
                        new IceServers.Turn(
                                "turns:a:443?transport=tcp", new IceServers.Access.Fixed("u", "c")),
                        new IceServers.Turn(
                                "turn:b:3478?transport=tcp",
                                new IceServers.Access.Shared("s", Duration.ofSeconds(60))),
                        new IceServers.Turn(
                                "turn:c:5?transport=udp",
                                new IceServers.Access.Shared("of a file", Duration.ofHours(4))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{host: a, username: u} | needs a secret, or username and credential",
                "{secret: s} | host is missing",
                "{host: a, secret: s, port: x} | port must be a whole number",
                "{host: a, secret: s, port: 70000} | no such port",
                "{host: a, secret: s, protocol: quic} | protocol must be udp, tcp or tls",
                "{host: a, secret: s, ttl: long} | ttl must be a whole number",
                "{host: a, secrt: s} | unknown key rtc.turn_servers.secrt",
            })
    void refusesATurnServerThatNobodyCouldUse(String server, String message) {
        assertThatThrownBy(() -> iceServers("rtc: {turn_servers: [%s]}".formatted(server)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void readsRoomPresetsInTheSpellingOfTheApi() {
        String yaml =
                """
                room:
                  room_configurations:
                    lesson:
                      empty_timeout: 60
                      maxParticipants: 3
                      metadata: m
                      agents: [{agent_name: teacher}]
                """;

        var presets =
                new NodeSettings(launch("--config-body", yaml)).room("ND_a").presets().byName();

        assertThat(presets)
                .containsExactly(
                        Map.entry(
                                "lesson",
                                RoomConfiguration.newBuilder()
                                        .setEmptyTimeout(60)
                                        .setMaxParticipants(3)
                                        .setMetadata("m")
                                        .addAgents(
                                                RoomAgentDispatch.newBuilder()
                                                        .setAgentName("teacher"))
                                        .build()));
    }

    @Test
    void refusesARoomPresetWithAnUnknownField() {
        String yaml = "room: {room_configurations: {lesson: {max_people: 3}}}";
        var strict = new NodeSettings(launch("--config-body", yaml));
        var lenient = new NodeSettings(launch("--config-body", yaml, "--disable-strict-config"));

        assertThatThrownBy(() -> strict.room("ND_a"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("room.room_configurations.lesson")
                .hasMessageContaining("max_people");
        assertThat(lenient.room("ND_a").presets().byName()).containsKey("lesson");
    }

    private static NodeSelectorSettings nodeSelector(String yaml) {
        return new NodeSettings(launch("--dev", "--config-body", yaml)).nodeSelector();
    }

    @Test
    void readsTheNodeSelector() {
        assertThat(nodeSelector("port: 1")).isEqualTo(NodeSelectorSettings.DEFAULTS);
        assertThat(
                        nodeSelector(
                                """
                                region: paris
                                limit: {num_tracks: 500, bytes_per_sec: 10_000_000_000}
                                node_selector:
                                  kind: regionaware
                                  sort_by: bytespersec
                                  algorithm: twochoice
                                  cpu_load_limit: 0.5
                                  sysload_limit: 1
                                  regions: [{name: paris, lat: 48.9, lon: 2}]
                                """))
                .isEqualTo(
                        new NodeSelectorSettings(
                                NodeSelectorSettings.Kind.REGIONAWARE,
                                NodeSelectorSettings.SortBy.BYTESPERSEC,
                                NodeSelectorSettings.Algorithm.TWOCHOICE,
                                0.5,
                                1,
                                new NodeSelectorSettings.Limits(500, 10_000_000_000L),
                                "paris",
                                List.of(new NodeSelectorSettings.Region("paris", 48.9, 2))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kind: fastest | node_selector.kind must be one of any, cpuload, sysload,"
                        + " regionaware, random, not fastest",
                "sort_by: name | node_selector.sort_by must be one of random",
                "algorithm: best | node_selector.algorithm must be one of lowest, twochoice",
                "kind: regionaware | current region cannot be blank",
                "regions: [{name: a, lat: north, lon: 1}] | lat of a must be a number",
                "regions: [{name: a, latitude: 1}] | unknown key node_selector.regions.latitude",
            })
    void refusesANodeSelectorThatMeansNothing(String line, String message) {
        assertThatThrownBy(() -> nodeSelector("node_selector: {%s}".formatted(line)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message);
    }

    @Test
    void tellsOnlyTheAddressesThatInterfacesAndRangesLetThrough() {
        var onlyLoopback =
                new NodeSettings(
                        launch("--dev", "--config-body", "rtc: {interfaces: {includes: [lo]}}"));

        assertThat(onlyLoopback.media().advertised())
                .isNotEmpty()
                .allMatch(address -> address.isLoopbackAddress());
        assertThatThrownBy(() ->
                        new NodeSettings(launch("--config-body", "rtc: {ips: {excludes: [nine]}}")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("not an address range: nine");
        assertThatThrownBy(() -> launch("--config-body", "rtc: {ips: {exclude: ['10.0.0.0/8']}}"))
                .hasMessageContaining("unknown key rtc.ips.exclude");
    }

    @Test
    void passesOverPortsOfTheRangeThatAreInUse() throws SocketException {
        try (var taken = new DatagramSocket()) {
            int port = taken.getLocalPort();

            List<Integer> opened = new UdpPorts(port, port + 100, true).toOpen();

            assertThat(opened).isNotEmpty().doesNotContain(port);
            assertThat(new UdpPorts(port, port, false).toOpen()).containsExactly(port);
            assertThatThrownBy(() -> new UdpPorts(port, port, true).toOpen())
                    .hasMessageContaining("is free");
        }
    }
}

package io.parley.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigTest {
    private static final String MANUAL = manual();

    private final Config defaults = Config.defaults(MANUAL);

    private static String manual() {
        try {
            return Files.readString(Path.of("conf/parley.yaml"));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Config yaml(String text) {
        return defaults.withYaml(text, "parley.yaml", true);
    }

    @Test
    void theManualIsAValidConfigurationThatChangesNothing() {
        Config same = yaml(MANUAL);

        assertThat(same.integer("port")).isEqualTo(7880);
        assertThat(same.duration("rtc.pli_throttle.low_quality")).isEqualTo(Duration.ofMillis(500));
    }

    @Test
    void acceptsAFileOfLiveKit() {
        Config config =
                yaml(
                        """
                        port: 7880
                        rtc:
                          udp_port: 50000-50010
                          tcp_port: 7881
                          use_external_ip: false
                        keys:
                          APIabc: secretsecret
                        logging:
                          level: info
                        room:
                          enabled_codecs:
                            - mime: audio/opus
                            - mime: video/H264
                              fmtp_line: profile-level-id=42e01f
                        turn:
                          enabled: false
                        """);

        assertThat(config.text("rtc.udp_port")).isEqualTo("50000-50010");
        assertThat(config.map("keys")).containsExactly(Map.entry("APIabc", "secretsecret"));
        assertThat(config.records("room.enabled_codecs"))
                .last()
                .isEqualTo(Map.of("mime", "video/H264", "fmtp_line", "profile-level-id=42e01f"));
    }

    @Test
    void refusesAnUnknownKeyWithItsLineAndAGuess() {
        assertThatThrownBy(() -> yaml("port: 1\nrtc:\n  tcp_prot: 7881\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessage("parley.yaml:3: unknown key rtc.tcp_prot (did you mean rtc.tcp_port?)");
    }

    @Test
    void leavesUnknownKeysOutWhenNotStrict() {
        Config config = defaults.withYaml("nonsense: 1\nport: 9\n", "parley.yaml", false);

        assertThat(config.integer("port")).isEqualTo(9);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "port: many | parley.yaml:1: port must be a whole number",
                "port: 1.5 | parley.yaml:1: port must be a whole number",
                "development: 3 | parley.yaml:1: development must be true or false",
                "keys: [a] | parley.yaml:1: keys must be a map",
                "bind_addresses: here | parley.yaml:1: bind_addresses must be a list",
                "rtc: 5 | parley.yaml:1: rtc must be a section",
                "port: [1] | parley.yaml:1: port must be one value",
                "'{rtc: {udp_port: some}}' | parley.yaml:1: rtc.udp_port must be a port or"
                        + " \"first-last\"",
                "'{video: {dynacast_pause_delay: soon}}' | parley.yaml:1:"
                        + " video.dynacast_pause_delay must be a duration such as 500ms or 2s",
                "- port | parley.yaml: a list of `key: value` lines is expected",
            })
    void refusesAnIllTypedValue(String text, String message) {
        assertThatThrownBy(() -> yaml(text))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void refusesAKeyThatStandsTwice() {
        assertThatThrownBy(() -> yaml("port: 1\nport: 2\n"))
                .hasMessageStartingWith("parley.yaml:2:");
    }

    @Test
    void refusesWhatIsNoYamlWithItsLine() {
        assertThatThrownBy(() -> yaml("port: 1\n  bad: [\n"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("parley.yaml:");
    }

    @Test
    void aFlagWinsOverAVariableAndAVariableOverTheFile() {
        Config file = yaml("port: 1\nregion: a\nrtc: {tcp_port: 5}\n");

        Config variables =
                file.withVariables(Map.of("LIVEKIT_REGION", "123", "LIVEKIT_RTC_TCP_PORT", "6"));
        Config flags = variables.with("rtc.tcp_port", "7", "--rtc.tcp_port");

        assertThat(flags.integer("port")).isEqualTo(1);
        assertThat(flags.text("region")).isEqualTo("123");
        assertThat(flags.integer("rtc.tcp_port")).isEqualTo(7);
    }

    @Test
    void refusesABadFlagByItsName() {
        assertThatThrownBy(() -> defaults.with("port", "x", "--port"))
                .hasMessage("--port: port must be a whole number, not x");
    }

    @Test
    void readsKeysAsLiveKitDoes() {
        assertThat(Config.parseKeys("APIx: s1\nAPIy: s2", "--keys"))
                .containsEntry("APIx", "s1")
                .containsEntry("APIy", "s2");
        assertThatThrownBy(() -> Config.parseKeys("APIx:s1", "--keys"))
                .hasMessageContaining("Could not parse keys");
    }

    /// Where a setting is read, by whichever accessor; `limit` is the one of NodeSettings.
    private static final String ACCESSOR =
            "(?:flag|integer|number|decimal|text|duration|texts|records|map|documents|limit|word|put)";

    private static String sources() throws IOException {
        try (var files = Files.walk(Path.of("src/main/java/io/parley"), 1)) {
            var all = new StringBuilder();
            for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
                all.append(Files.readString(file));
            }
            return all.toString();
        }
    }

    @Test
    void everyKeyIsReadOrSaidToBeMerelyAccepted() throws IOException {
        String sources = sources();
        var schema = new Schema(MANUAL);

        var unread =
                schema.leaves().keySet().stream()
                        .filter(key -> !schema.withoutEffect().contains(key))
                        .filter(key -> !isReadIn(sources, key))
                        .toList();

        assertThat(unread).isEmpty();
    }

    private static boolean isReadIn(String sources, String key) {
        return Pattern.compile(ACCESSOR + "\\(\\s*\"" + Pattern.quote(key) + "\"")
                .matcher(sources)
                .find();
    }

    @Test
    void tellsTheKeysThatWereSetAndChangeNothing() {
        Config config =
                yaml(
                        """
                        port: 1
                        rtc: {use_mdns: true, strict_acks: false}
                        redis: {address: "somewhere:6379", tls: {server_name: r}}
                        webhook: {api_key: k}
                        """);

        assertThat(config.withoutEffect())
                .containsExactly("rtc.use_mdns", "redis.tls.server_name", "webhook");
        assertThat(defaults.withoutEffect()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "2s,2000", "1m30s,90000", "1h,3600000", "1.5s,1500", "0,0"})
    void readsDurationsAsGoWritesThem(String text, long millis) {
        assertThat(Durations.parse(text)).isEqualTo(Duration.ofMillis(millis));
    }
}

package io.parley;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.parley.config.ConfigException;
import io.parley.store.RedisSettings;
import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.parley.store.RedisSettings.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedisConfigTest {
    private static Optional<RedisSettings> settings(String yaml) {
        var launch = Launch.of(new Arguments("--config-body", "redis: {" + yaml + "}"), Map.of());
        return new RedisConfig(launch.config()).settings();
    }

    @Test
    void withoutAnAddressThereIsNoRedis() {
        assertThat(settings("password: hush, db: 3")).isEmpty();
    }

    @Test
    void readsASingleServer() {
        assertThat(settings("address: 'r:1', username: u, password: hush, db: 3, use_tls: true"))
                .contains(
                        new RedisSettings(
                                new Servers.Single("r:1"),
                                new Login("u", "hush"),
                                3,
                                new Tls(true, false, "", "", ""),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(2)));
    }

    @Test
    void readsSentinelsBeforeAnythingElse() {
        var settings =
                settings(
                        "address: 'r:1', cluster_addresses: ['c:1'], sentinel_master_name: m,"
                                + " sentinel_password: watch, sentinel_addresses: ['s:1', '[::1]:2'],"
                                + " dial_timeout: 300, read_timeout: 400, tls: {insecure: true}");

        assertThat(settings)
                .contains(
                        new RedisSettings(
                                new Servers.Sentinels(
                                        List.of("s:1", "[::1]:2"), "m", new Login("", "watch")),
                                Login.NONE,
                                0,
                                new Tls(false, true, "", "", ""),
                                Duration.ofMillis(300),
                                Duration.ofMillis(400)));
    }

    @Test
    void readsAClusterBeforeASingleServer() {
        assertThat(settings("address: 'r:1', cluster_addresses: ['c:1', 'c:2']"))
                .map(RedisSettings::servers)
                .contains(new Servers.Nodes(List.of("c:1", "c:2")));
    }

    @Test
    void keepsPasswordsToItself() {
        assertThat(settings("address: 'r:1', password: hush"))
                .hasValueSatisfying(it -> assertThat(it.toString()).doesNotContain("hush"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "address: 'redis://:hush@r:1' | redis.address must be host:port",
                "cluster_addresses: ['c:x'] | redis.cluster_addresses must be host:port",
                "sentinel_addresses: ['s:1'] | need redis.sentinel_master_name",
                "address: 'r:1', dial_timeout: -1 | redis.dial_timeout must not be negative",
                "address: 'r:1', tls: {ca_cert_file: /none} | redis.tls.ca_cert_file cannot be read",
                "address: 'r:1', tls: {client_key_file: pom.xml} | go together",
            })
    void refusesWhatCannotBeMeant(String yaml, String complaint) {
        assertThatThrownBy(() -> settings(yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(complaint)
                .hasMessageNotContaining("hush");
    }
}

package io.parley;

import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.parley.store.RedisSettings;
import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.parley.store.RedisSettings.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// The settings under `redis`.
final class RedisConfig {
    private static final Pattern ADDRESS = Pattern.compile("(\\[[^\\]]+\\]|[^\\[\\]:/@]+)(:\\d+)?");

    private final Config config;

    RedisConfig(Config config) {
        this.config = config;
    }

    /// Empty without any address.
    Optional<RedisSettings> settings() {
        return servers()
                .map(servers ->
                        new RedisSettings(
                                servers,
                                login("redis.username", "redis.password"),
                                config.integer("redis.db"),
                                tls(),
                                timeout("redis.dial_timeout"),
                                timeout("redis.read_timeout")));
    }

    /// As LiveKit: sentinels before a cluster before a single server.
    private Optional<Servers> servers() {
        var sentinels = addresses("redis.sentinel_addresses");
        if (!sentinels.isEmpty()) {
            String master = config.text("redis.sentinel_master_name");
            if (master.isEmpty()) {
                throw new ConfigException(
                        "redis.sentinel_addresses need redis.sentinel_master_name");
            }
            var login = login("redis.sentinel_username", "redis.sentinel_password");
            return Optional.of(new Servers.Sentinels(sentinels, master, login));
        }
        var nodes = addresses("redis.cluster_addresses");
        if (!nodes.isEmpty()) {
            return Optional.of(new Servers.Nodes(nodes));
        }
        String address = config.text("redis.address");
        return address.isEmpty()
                ? Optional.empty()
                : Optional.of(new Servers.Single(checked("redis.address", address)));
    }

    private List<String> addresses(String key) {
        return config.texts(key).stream().map(address -> checked(key, address)).toList();
    }

    private static String checked(String key, String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new ConfigException(key + " must be host:port, not " + address);
        }
        return address;
    }

    private Login login(String username, String password) {
        return new Login(config.text(username), config.text(password));
    }

    private Tls tls() {
        return new Tls(
                config.flag("redis.use_tls") || config.flag("redis.tls.enabled"),
                config.flag("redis.tls.insecure"),
                config.text("redis.tls.ca_cert_file"),
                config.text("redis.tls.client_cert_file"),
                config.text("redis.tls.client_key_file"));
    }

    private Duration timeout(String key) {
        long ms = config.number(key);
        if (ms < 0) {
            throw new ConfigException(key + " must not be negative");
        }
        return ms == 0 ? RedisSettings.USUAL_TIMEOUT : Duration.ofMillis(ms);
    }
}

package io.parley;

import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.parley.store.RedisSettings;
import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.parley.store.RedisSettings.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
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
                                new Login(
                                        config.text("redis.username"),
                                        config.text("redis.password")),
                                config.integer("redis.db"),
                                tls(),
                                timeout("dial_timeout", config.number("redis.dial_timeout")),
                                timeout("read_timeout", config.number("redis.read_timeout"))));
    }

    /// As LiveKit: sentinels before a cluster before a single server.
    private Optional<Servers> servers() {
        var sentinels = checked("sentinel_addresses", config.texts("redis.sentinel_addresses"));
        if (!sentinels.isEmpty()) {
            String master = config.text("redis.sentinel_master_name");
            if (master.isEmpty()) {
                throw new ConfigException(
                        "redis.sentinel_addresses need redis.sentinel_master_name");
            }
            var login =
                    new Login(
                            config.text("redis.sentinel_username"),
                            config.text("redis.sentinel_password"));
            return Optional.of(new Servers.Sentinels(sentinels, master, login));
        }
        var nodes = checked("cluster_addresses", config.texts("redis.cluster_addresses"));
        if (!nodes.isEmpty()) {
            return Optional.of(new Servers.Nodes(nodes));
        }
        String address = config.text("redis.address");
        return address.isEmpty()
                ? Optional.empty()
                : Optional.of(new Servers.Single(checked("address", address)));
    }

    private static List<String> checked(String key, List<String> addresses) {
        return addresses.stream().map(address -> checked(key, address)).toList();
    }

    /// Complains without the value: somebody may have put a password into it.
    private static String checked(String key, String address) {
        if (!ADDRESS.matcher(address).matches()) {
            throw new ConfigException("redis.%s must be host:port".formatted(key));
        }
        return address;
    }

    private Tls tls() {
        String certificate = file("client_cert_file", config.text("redis.tls.client_cert_file"));
        String key = file("client_key_file", config.text("redis.tls.client_key_file"));
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new ConfigException(
                    "redis.tls.client_cert_file and redis.tls.client_key_file go together");
        }
        return new Tls(
                config.flag("redis.use_tls") || config.flag("redis.tls.enabled"),
                config.flag("redis.tls.insecure"),
                file("ca_cert_file", config.text("redis.tls.ca_cert_file")),
                certificate,
                key);
    }

    private static String file(String key, String path) {
        if (!path.isEmpty() && !Files.isReadable(Path.of(path))) {
            throw new ConfigException("redis.tls.%s cannot be read: %s".formatted(key, path));
        }
        return path;
    }

    private static Duration timeout(String key, long ms) {
        if (ms < 0) {
            throw new ConfigException("redis.%s must not be negative".formatted(key));
        }
        return ms == 0 ? RedisSettings.USUAL_TIMEOUT : Duration.ofMillis(ms);
    }
}

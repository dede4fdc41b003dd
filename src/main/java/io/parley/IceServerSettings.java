package io.parley;

import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.parley.room.IceServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Reads `rtc.turn_servers` and `rtc.stun_servers`.
record IceServerSettings(Config config, SecretFiles files) {
    private static final String KEY = "rtc.turn_servers";
    private static final int MAX_PORT = 65_535;
    private static final long DEFAULT_LIFE_S = 14_400;

    IceServers servers() {
        List<IceServers.Turn> turn =
                config.records("rtc.turn_servers").stream().map(this::turn).toList();
        List<String> stun =
                config.texts("rtc.stun_servers").stream().map(server -> "stun:" + server).toList();
        return new IceServers(turn, stun);
    }

    private IceServers.Turn turn(Map<String, String> given) {
        String host = given.getOrDefault("host", "");
        if (host.isEmpty()) {
            throw new ConfigException(KEY + ": host is missing");
        }
        long port = number(given, "port", 3478);
        if (port < 1 || port > MAX_PORT) {
            throw new ConfigException(KEY + ": no such port " + port);
        }
        String protocol = given.getOrDefault("protocol", "");
        String url =
                switch (protocol) {
                    case "tls" -> "turns:%s:%d?transport=tcp".formatted(host, port);
                    case "tcp" -> "turn:%s:%d?transport=tcp".formatted(host, port);
                    case "udp", "" -> "turn:%s:%d?transport=udp".formatted(host, port);
                    default ->
                            throw new ConfigException(
                                    KEY + ": protocol must be udp, tcp or tls, not " + protocol);
                };
        return new IceServers.Turn(url, access(given, host));
    }

    /// A secret wins over a user, and one that stands here over one in a file.
    private IceServers.Access access(Map<String, String> given, String host) {
        String secret = given.getOrDefault("secret", "");
        String file = given.getOrDefault("secret_file", "");
        if (secret.isEmpty() && !file.isEmpty()) {
            secret = files.readSecret("TURN secret file", file).strip();
        }
        if (!secret.isEmpty()) {
            return new IceServers.Access.Shared(
                    secret, Duration.ofSeconds(number(given, "ttl", DEFAULT_LIFE_S)));
        }
        String username = given.getOrDefault("username", "");
        String credential = given.getOrDefault("credential", "");
        if (username.isEmpty() || credential.isEmpty()) {
            throw new ConfigException(
                    "%s: %s needs a secret, or username and credential".formatted(KEY, host));
        }
        return new IceServers.Access.Fixed(username, credential);
    }

    private static long number(Map<String, String> given, String name, long ifUnset) {
        String text = given.getOrDefault(name, "");
        try {
            return text.isEmpty() ? ifUnset : Long.parseLong(text);
        } catch (NumberFormatException _) {
            throw new ConfigException("%s: %s must be a whole number".formatted(KEY, name));
        }
    }
}

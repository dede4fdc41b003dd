package io.parley;

import io.parley.config.Config;
import io.parley.config.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What one start was asked for: the settings after file, variables and flags, the API keys, and
/// whether it is a development server (contracts: server.md §6.2, §6.3).
record Launch(
        Config config,
        Map<String, String> keys,
        boolean dev,
        boolean bindsLoopback,
        SecretFiles files) {
    private static final Logger LOG = LoggerFactory.getLogger(Launch.class);
    private static final int SECRET_CHARS = 32;

    /// The settings of a start that says nothing.
    static final Config DEFAULTS = Config.defaults(manual());

    static final Map<String, String> DEV_KEYS = Map.of("devkey", "secret");
    private static final int DEV_UDP_PORT = 7882;

    /// Flags with a name of their own, and the key each one sets.
    private static final Map<String, String> NAMED_FLAGS =
            Map.ofEntries(
                    Map.entry("bind", "bind_addresses"),
                    Map.entry("region", "region"),
                    Map.entry("node-ip", "rtc.node_ip"),
                    Map.entry("udp-port", "rtc.udp_port"),
                    Map.entry("key-file", "key_file"),
                    Map.entry("redis-host", "redis.address"),
                    Map.entry("redis-password", "redis.password"),
                    Map.entry("turn-cert", "turn.cert_file"),
                    Map.entry("turn-key", "turn.key_file"),
                    Map.entry("log-level", "logging.level"),
                    Map.entry("cluster-host", "cluster.host"),
                    Map.entry("cluster-port", "cluster.port"),
                    Map.entry("cluster-bus-port", "cluster.bus_port"),
                    Map.entry("cluster-members", "cluster.members"),
                    Map.entry("cluster-name", "cluster.name"));

    /// Variables with a name of their own (server.md §6.2).
    private static final Map<String, String> NAMED_VARIABLES =
            Map.of(
                    "NODE_IP", "rtc.node_ip",
                    "UDP_PORT", "rtc.udp_port",
                    "REDIS_HOST", "redis.address",
                    "REDIS_PASSWORD", "redis.password",
                    "LIVEKIT_TURN_CERT", "turn.cert_file",
                    "LIVEKIT_TURN_KEY", "turn.key_file");

    private static final Set<String> OWN_OPTIONS =
            Set.of(
                    "dev",
                    "cluster",
                    "config",
                    "config-body",
                    "keys",
                    "disable-strict-config",
                    "version",
                    "help",
                    "train",
                    "room",
                    "identity",
                    "recorder",
                    "url",
                    "node");

    static Launch of(Arguments arguments, Map<String, String> variables) {
        var files = new SecretFiles(variables);
        boolean strict = !arguments.has("disable-strict-config");
        Config config = DEFAULTS;
        Optional<String> body =
                arguments
                        .value("config-body")
                        .or(() -> Optional.ofNullable(variables.get("LIVEKIT_CONFIG")));
        Optional<String> file =
                arguments
                        .value("config")
                        .or(() -> Optional.ofNullable(variables.get("LIVEKIT_CONFIG_FILE")));
        if (body.isPresent()) {
            config = config.withYaml(body.get(), "--config-body", strict);
        } else if (file.isPresent()) {
            config = config.withYaml(files.read(file.get()), file.get(), strict);
        }
        config = withFlags(withVariables(config, variables), arguments);
        config = withOldNames(config);
        boolean dev = arguments.has("dev") || config.flag("development");
        if (arguments.has("cluster")) {
            config = config.with("cluster.enabled", "true", "--cluster");
        }
        Map<String, String> keys = keys(config, arguments, files, dev);
        boolean loopback = dev && keys.equals(DEV_KEYS) && config.texts("bind_addresses").isEmpty();
        return new Launch(dev ? withDevDefaults(config) : config, keys, dev, loopback, files);
    }

    /// The schema and the defaults: `conf/parley.yaml` as it was packed.
    static String manual() {
        return resource("/conf/parley.yaml");
    }

    static String resource(String path) {
        try (InputStream in = Launch.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not in the jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Config withVariables(Config config, Map<String, String> variables) {
        Config result = config.withVariables(variables);
        for (Map.Entry<String, String> named : NAMED_VARIABLES.entrySet()) {
            String value = variables.get(named.getKey());
            if (value != null) {
                result = result.with(named.getValue(), value, named.getKey());
            }
        }
        return result;
    }

    private static Config withFlags(Config config, Arguments arguments) {
        Config result = config;
        for (Map.Entry<String, List<String>> option : arguments.options().entrySet()) {
            String name = option.getKey();
            if (!OWN_OPTIONS.contains(name)) {
                String path = NAMED_FLAGS.getOrDefault(name, name);
                result = result.with(path, String.join(",", option.getValue()), "--" + name);
            }
        }
        return result;
    }

    /// Keys that LiveKit renamed count as their new name when that was not set.
    private static Config withOldNames(Config config) {
        Map<String, String> renamed = new LinkedHashMap<>();
        renamed.put("prometheus_port", "prometheus.port");
        renamed.put("room.max_metadata_size", "limit.max_metadata_size");
        renamed.put("room.max_room_name_length", "limit.max_room_name_length");
        renamed.put(
                "room.max_participant_identity_length", "limit.max_participant_identity_length");
        Config result = config;
        for (Map.Entry<String, String> names : renamed.entrySet()) {
            if (config.number(names.getKey()) > 0) {
                result = result.with(names.getValue(), config.text(names.getKey()), names.getKey());
            }
        }
        if (!config.text("log_level").isEmpty() && config.text("logging.level").isEmpty()) {
            result = result.with("logging.level", config.text("log_level"), "log_level");
        }
        return result;
    }

    private static Config withDevDefaults(Config config) {
        return config.text("rtc.udp_port").equals("0")
                ? config.with("rtc.udp_port", String.valueOf(DEV_UDP_PORT), "--dev")
                : config;
    }

    private static Map<String, String> keys(
            Config config, Arguments arguments, SecretFiles files, boolean dev) {
        Optional<String> given =
                arguments
                        .value("keys")
                        .or(() -> Optional.ofNullable(files.variables().get("LIVEKIT_KEYS")));
        if (given.isPresent()) {
            return Config.parseKeys(given.get(), "--keys");
        }
        String file = config.text("key_file");
        if (!file.isEmpty()) {
            return Config.parseKeys(files.readSecret("key file", file), file);
        }
        Map<String, String> keys = config.map("keys");
        if (!keys.isEmpty()) {
            return keys;
        }
        if (dev) {
            return DEV_KEYS;
        }
        return Map.of();
    }

    /// For whatever signs or checks tokens.
    Launch requireKeys() {
        if (keys.isEmpty()) {
            throw new ConfigException(
                    "one of key-file or keys must be provided (or --dev to try it)");
        }
        return this;
    }

    /// What a start should hear of and goes on with.
    void warn() {
        config.withoutEffect()
                .forEach(key -> LOG.warn("A setting without effect in this version. key={}", key));
        keys.forEach((key, secret) -> {
            if (!dev && secret.length() < SECRET_CHARS) {
                LOG.error(
                        "secret is too short, should be at least {} characters for security"
                                + " apiKey={}",
                        SECRET_CHARS,
                        key);
            }
        });
    }
}

package io.parley;

import io.parley.auth.ApiKeys;
import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.vertx.core.json.JsonObject;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;

/// The sub-commands of the command line (server.md §6.2).
final class Commands {
    private static final String KEY_LETTERS =
            "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
    private static final String SECRET_LETTERS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int KEY_LENGTH = 12;
    private static final int SECRET_LENGTH = 43;
    private static final Duration TOKEN_LIFE = Duration.ofDays(30);

    private Commands() {}

    static int run(
            String name,
            Arguments arguments,
            Map<String, String> variables,
            Main.PrintStreamConsole console) {
        String output =
                switch (name) {
                    case "generate-keys" -> generateKeys(new SecureRandom());
                    case "create-join-token" ->
                            joinToken(Launch.of(arguments, variables).requireKeys(), arguments);
                    case "ports" -> ports(Launch.of(arguments, variables));
                    case "list-nodes" ->
                            NodeTable.of(
                                    OperatorClient.of(Launch.of(arguments, variables), arguments)
                                            .cluster());
                    case "drain-node" ->
                            drained(
                                    OperatorClient.of(Launch.of(arguments, variables), arguments)
                                            .drain(arguments.value("node")));
                    case "help" -> usage();
                    case "help-verbose" -> usage() + "\n" + Launch.manual();
                    default ->
                            throw new ConfigException(
                                    "unknown command " + name + "; --help says what there is");
                };
        console.out(output);
        return 0;
    }

    static String generateKeys(SecureRandom random) {
        return "API Key:  API%s%nAPI Secret:  %s"
                .formatted(
                        letters(random, KEY_LETTERS, KEY_LENGTH),
                        letters(random, SECRET_LETTERS, SECRET_LENGTH));
    }

    private static String letters(SecureRandom random, String alphabet, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String drained(JsonObject left) {
        return "%s is draining: %d rooms, %d participants, %d connections left"
                .formatted(
                        left.getString("node"),
                        left.getInteger("rooms"),
                        left.getInteger("participants"),
                        left.getInteger("connections"));
    }

    @SuppressWarnings("deprecation") // recorder: egress still reads it
    private static String joinToken(Launch launch, Arguments arguments) {
        String room = required(arguments, "room");
        String identity = required(arguments, "identity");
        Grants grants = Grants.joining(identity, room);
        if (arguments.has("recorder")) {
            grants =
                    grants.withPermission(
                            grants.video().permission().toBuilder()
                                    .setHidden(true)
                                    .setRecorder(true)
                                    .setCanPublish(false)
                                    .setCanPublishData(false)
                                    .build());
        }
        var keys = new ApiKeys(launch.keys());
        String token =
                new TokenMint(keys)
                        .mint(
                                System.currentTimeMillis(),
                                grants,
                                keys.first().orElseThrow(),
                                TOKEN_LIFE)
                        .orElseThrow();
        return "Token: " + token;
    }

    private static String required(Arguments arguments, String name) {
        return arguments
                .value(name)
                .orElseThrow(() -> new ConfigException("create-join-token needs --" + name));
    }

    static String ports(Launch launch) {
        Config config = launch.config();
        var text = new StringBuilder("TCP Ports\n");
        text.append(config.integer("port")).append(" - HTTP service\n");
        if (config.integer("rtc.tcp_port") > 0) {
            text.append(config.integer("rtc.tcp_port")).append(" - ICE/TCP\n");
        }
        if (config.flag("cluster.enabled")) {
            text.append(config.integer("cluster.port")).append(" - cluster (Hazelcast)\n");
            int busPort = config.integer("cluster.bus_port");
            text.append(busPort == 0 ? "any" : String.valueOf(busPort))
                    .append(" - cluster (event bus)\n");
        }
        text.append("\nUDP Ports");
        for (int port : UdpPorts.of(config).wanted()) {
            text.append('\n').append(port).append(" - ICE/UDP");
        }
        return text.toString();
    }

    static String usage() {
        return """
        parley: a real-time media server that LiveKit's clients connect to

        java -jar parley.jar [options]                 run a node
        java -jar parley.jar --dev                     run a development server: devkey/secret, loopback, a page on /try
        java -jar parley.jar --config conf/parley.yaml --cluster
        java -jar parley.jar generate-keys             a new API key and secret
        java -jar parley.jar create-join-token --room ROOM --identity NAME [--recorder]
        java -jar parley.jar ports                     the ports that the settings open
        java -jar parley.jar list-nodes [--url URL]    the nodes of a cluster, asked of one that runs
        java -jar parley.jar drain-node [--url URL] [--node ID]
                                                       that node, or the one that is asked, moves everybody to others and ends

        --url URL                           where a node answers to /debug; else 127.0.0.1 and the port of the settings
        --config FILE, --config-body YAML   settings; variables LIVEKIT_CONFIG_FILE and LIVEKIT_CONFIG likewise
        --keys "KEY: SECRET"                API keys; variable LIVEKIT_KEYS likewise
        --key-file FILE                     API keys in a file
        --bind ADDRESS                      HTTP address, may be repeated
        --region, --node-ip, --udp-port, --log-level
        --cluster [--cluster-host ADDRESS] [--cluster-port PORT] [--cluster-members HOST:PORT,…] [--cluster-name NAME]
        --disable-strict-config             let unknown keys pass
        --SECTION.KEY VALUE                 any setting of conf/parley.yaml; `help-verbose` prints them all\
        """;
    }
}

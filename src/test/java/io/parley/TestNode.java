package io.parley;

import io.parley.auth.ApiKeys;
import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import io.parley.media.Leftovers;
import io.parley.scenario.Waiting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A whole node inside a test, on ports of its own; the door from other test packages to [Node].
public final class TestNode implements AutoCloseable {
    public static final String KEY = "devkey";
    public static final String SECRET = "a-secret-of-some-length-for-tests";

    private final Node node;
    private final int port;

    private TestNode(Node node, int port) {
        this.node = node;
        this.port = port;
    }

    /// Flags as on the command line come on top, and win.
    public static TestNode start(String... flags) {
        int port = freeTcpPort();
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("--port", String.valueOf(port)));
        arguments.addAll(List.of("--bind", "127.0.0.1"));
        arguments.addAll(List.of("--node-ip", "127.0.0.1"));
        arguments.addAll(List.of("--udp-port", String.valueOf(freeUdpPort())));
        arguments.addAll(List.of("--rtc.tcp_port", String.valueOf(freeTcpPort())));
        arguments.addAll(List.of("--keys", KEY + ": " + SECRET));
        arguments.addAll(List.of(flags));
        Launch launch = Launch.of(new Arguments(arguments.toArray(String[]::new)), Map.of());
        return new TestNode(Node.start(launch), port);
    }

    /// Until nothing of anybody is left here.
    public void awaitEmpty() {
        Waiting.until(
                () ->
                        "rooms=%d participants=%d tracks=%d peers=%d entries=%d are left behind"
                                .formatted(
                                        rooms(), participants(), tracks(), peers(), mediaEntries()),
                () ->
                        rooms() == 0
                                && participants() == 0
                                && tracks() == 0
                                && peers() == 0
                                && mediaEntries() == 0);
    }

    public static int freeTcpPort() {
        return FreePorts.tcp();
    }

    public static int freeUdpPort() {
        return FreePorts.udp();
    }

    /// A token that says this: the claims as JSON, `identity` among them.
    public static String token(String claimsJson) {
        return token(claimsJson, KEY, System.currentTimeMillis());
    }

    public static String token(String claimsJson, String key, long epochMs) {
        return new TokenMint(new ApiKeys(Map.of(KEY, SECRET, "other", "another-secret-for-tests")))
                .mint(epochMs, Grants.fromJson(claimsJson), key, Duration.ofHours(1))
                .orElseThrow();
    }

    /// Plays a short training; whether all of it worked.
    boolean train() {
        return node.train(new Training.Extent(2, 1, Duration.ofMillis(300), 1, 2));
    }

    public int port() {
        return port;
    }

    public String id() {
        return node.id().value();
    }

    /// How many nodes it sees, itself included.
    public int clusterSize() {
        return node.cluster().nodes().all().size();
    }

    public int rooms() {
        return node.hosting().rooms();
    }

    public int participants() {
        return node.hosting().participants();
    }

    public int tracks() {
        return node.hosting().tracks();
    }

    /// Tracks in and out as the other nodes hear of them.
    public int reportedTracks() {
        return node.cluster().nodes().self().load().tracks();
    }

    public long peers() {
        return node.counters().peers();
    }

    /// The page that Prometheus reads.
    public String metrics() {
        return node.metrics().scrape();
    }

    /// What the media loops still remember of peers: routes, fragments, sources.
    public int mediaEntries() {
        return Leftovers.count(node.media());
    }

    /// As a first SIGTERM does.
    public void drain() {
        node.drain();
    }

    /// The exit status after a drain.
    public int awaitEnd() {
        return node.ended().toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        node.stop();
    }
}

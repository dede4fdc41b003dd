package io.parley;

import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Asks a running node what its debug page tells, for the sub-commands. Used by one thread.
final class OperatorClient {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String LOOPBACK = "127.0.0.1";

    private final String url;

    private OperatorClient(String url) {
        this.url = url;
    }

    /// The node at `--url`, else the one that runs here with these settings.
    static OperatorClient of(Launch launch, Arguments arguments) {
        return new OperatorClient(
                arguments.value("url").map(OperatorClient::bare).orElseGet(() -> here(launch)));
    }

    private static String bare(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String here(Launch launch) {
        Config config = launch.config();
        int debugPort = config.integer("debug_handler.port");
        if (debugPort == 0 && !launch.dev()) {
            throw new ConfigException(
                    "a node answers operators on debug_handler.port, which is not set (with --dev"
                            + " on its main port): set it, or name a node with --url");
        }
        int port = debugPort == 0 ? config.integer("port") : debugPort;
        return "http://%s:%d".formatted(host(config.texts("bind_addresses")), port);
    }

    private static String host(List<String> bindAddresses) {
        String first = bindAddresses.isEmpty() ? LOOPBACK : bindAddresses.getFirst();
        return switch (first) {
            case "0.0.0.0", "::" -> LOOPBACK;
            default -> first.contains(":") ? "[" + first + "]" : first;
        };
    }

    /// Nodes and rooms.
    JsonObject cluster() {
        return ask(request("/debug/cluster").GET());
    }

    /// Tells that node to leave, or the one that is asked; who is still there.
    JsonObject drain(Optional<String> node) {
        String query =
                node.map(id -> "?node=" + URLEncoder.encode(id, StandardCharsets.UTF_8)).orElse("");
        return ask(request("/debug/drain" + query).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private HttpRequest.Builder request(String path) {
        try {
            return HttpRequest.newBuilder(URI.create(url + path));
        } catch (IllegalArgumentException e) {
            throw new ConfigException("--url: " + e.getMessage());
        }
    }

    private JsonObject ask(HttpRequest.Builder request) {
        try (var client = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            var response =
                    client.send(
                            request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
            return switch (response.statusCode()) {
                case 200 -> new JsonObject(response.body());
                case 404 ->
                        throw new ConfigException(
                                "%s has no /debug: set debug_handler.port on that node"
                                        .formatted(url));
                default ->
                        throw new ConfigException(
                                "%s says %d: %s"
                                        .formatted(url, response.statusCode(), response.body()));
            };
        } catch (IOException e) {
            throw new ConfigException("no node answers at %s: %s".formatted(url, e));
        } catch (DecodeException _) {
            throw new ConfigException(url + " is no Parley node");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ConfigException("interrupted");
        }
    }
}

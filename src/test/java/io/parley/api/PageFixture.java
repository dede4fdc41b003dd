package io.parley.api;

import io.parley.cluster.Await;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Consumer;

/// Pages behind a port of this machine, and a client that asks for them.
final class PageFixture implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private int port;

    Vertx vertx() {
        return vertx;
    }

    void serve(Consumer<Router> mount) {
        Router router = Router.router(vertx);
        mount.accept(router);
        HttpServer server = vertx.createHttpServer().requestHandler(router);
        port = Await.result(server.listen(0, "127.0.0.1")).actualPort();
    }

    HttpResponse<String> get(String path) {
        return send(request(path));
    }

    HttpResponse<String> get(String path, String userAndPassword) {
        byte[] credentials = userAndPassword.getBytes(StandardCharsets.UTF_8);
        String encoded = Base64.getEncoder().encodeToString(credentials);
        return send(request(path).header("Authorization", "Basic " + encoded));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        client.close();
        Await.result(vertx.close());
    }
}

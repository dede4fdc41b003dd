package io.parley.signal;

import io.parley.auth.TokenOutcome;
import io.parley.auth.TokenVerifier;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP server of the main port: CORS, path repair, body limit and token reading in LiveKit's
/// order, then the routes. Owned by its verticle's event loop.
public final class HttpFront {
    private static final Logger LOG = LoggerFactory.getLogger(HttpFront.class);
    private static final int MAX_LINE_BYTES = 1 << 20;

    /// Websockets are pinged far more often.
    private static final int IDLE_SECONDS = 120;

    private static final String BEARER = "Bearer ";

    private final Vertx vertx;
    private final HttpSettings settings;
    private final TokenVerifier verifier;
    private final Supplier<Health> health;
    private final List<HttpServer> servers = new ArrayList<>();

    public HttpFront(
            Vertx vertx, HttpSettings settings, TokenVerifier verifier, Supplier<Health> health) {
        this.vertx = vertx;
        this.settings = settings;
        this.verifier = verifier;
        this.health = health;
    }

    public Future<Void> listen(List<RouteSet> routes) {
        var router = router(routes);
        var listening = new ArrayList<Future<HttpServer>>();
        for (String address : settings.bindAddresses()) {
            var server = vertx.createHttpServer(options()).requestHandler(router);
            servers.add(server);
            listening.add(server.listen(settings.port(), address));
        }
        return Future.all(listening).mapEmpty();
    }

    /// The port in use; another one than configured if that was 0.
    public int port() {
        return servers.getFirst().actualPort();
    }

    public Future<Void> close() {
        return Future.all(servers.stream().map(HttpServer::close).toList()).mapEmpty();
    }

    private HttpServerOptions options() {
        // A long join_request or token makes long lines; LiveKit takes 1 MiB of headers.
        // Compression of websocket
        // messages would cost 100 KB a connection.
        return new HttpServerOptions()
                .setMaxInitialLineLength(MAX_LINE_BYTES)
                .setMaxHeaderSize(MAX_LINE_BYTES)
                .setMaxWebSocketFrameSize(settings.maxMessageBytes())
                .setMaxWebSocketMessageSize(settings.maxMessageBytes())
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setWebSocketClosingTimeout(5)
                .setIdleTimeout(IDLE_SECONDS)
                .setHttp2ClearTextEnabled(false);
    }

    private Router router(List<RouteSet> routes) {
        var router = Router.router(vertx);
        router.route().handler(HttpFront::allowOrigin);
        router.route().handler(HttpFront::repairPath);
        router.route().handler(this::limitBody);
        router.route().handler(this::readToken);
        routes.forEach(set -> set.mount(router));
        router.route("/").handler(this::answerHealth);
        router.route("/live").handler(ctx -> end(ctx, 200, Health.OK.text()));
        router.errorHandler(404, ctx -> end(ctx, 404, "404 page not found"));
        router.errorHandler(413, HttpFront::refuseBody);
        router.errorHandler(500, HttpFront::fail);
        return router;
    }

    private static void allowOrigin(RoutingContext ctx) {
        String origin = ctx.request().getHeader(HttpHeaders.ORIGIN);
        if (origin == null) {
            ctx.next();
            return;
        }
        var headers = ctx.response().headers();
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, origin)
                .add(HttpHeaders.VARY, "Origin");
        String method = ctx.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
        if (!ctx.request().method().equals(HttpMethod.OPTIONS) || method == null) {
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, "*");
            ctx.next();
            return;
        }
        headers.set(
                HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS,
                "OPTIONS, HEAD, GET, POST, PATCH, DELETE");
        String wished = ctx.request().getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_HEADERS);
        headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, wished == null ? "*" : wished);
        headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, "86400");
        ctx.response().setStatusCode(204).end();
    }

    /// SDKs append `/rtc` to base URLs that end in a slash.
    private static void repairPath(RoutingContext ctx) {
        String uri = ctx.request().uri();
        if (uri.startsWith("//") && !uri.startsWith("//", 1)) {
            ctx.reroute(uri.substring(1));
        } else {
            ctx.next();
        }
    }

    private void limitBody(RoutingContext ctx) {
        String length = ctx.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && isLonger(length)) {
            refuseBody(ctx);
        } else {
            ctx.next();
        }
    }

    private boolean isLonger(String length) {
        try {
            return Long.parseLong(length) > settings.maxBodyBytes();
        } catch (NumberFormatException _) {
            return true;
        }
    }

    private static void refuseBody(RoutingContext ctx) {
        ctx.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        end(ctx, 413, "request body too large");
    }

    /// No token passes: each call checks what it needs. A bad one is refused on every path.
    private void readToken(RoutingContext ctx) {
        if (isValidatePath(ctx)) {
            // So that a browser can read the refusal.
            ctx.response().putHeader(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        }
        String header = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        String token;
        if (header != null && !header.isEmpty()) {
            if (!header.startsWith(BEARER)) {
                end(ctx, 401, "invalid authorization header. Must start with " + BEARER);
                return;
            }
            token = header.substring(BEARER.length());
        } else {
            token = ctx.queryParams().get("access_token");
        }
        if (token == null || token.isEmpty()) {
            ctx.next();
            return;
        }
        switch (verifier.verify(System.currentTimeMillis(), token)) {
            case TokenOutcome.Verified verified -> {
                ctx.put(TokenOutcome.CONTEXT_KEY, verified);
                ctx.next();
            }
            case TokenOutcome.Rejected rejected -> end(ctx, 401, rejected.text());
        }
    }

    private static boolean isValidatePath(RoutingContext ctx) {
        return ctx.normalizedPath().startsWith("/rtc")
                && ctx.normalizedPath().endsWith("/validate");
    }

    private void answerHealth(RoutingContext ctx) {
        var state = health.get();
        end(ctx, state.status(), state.text());
    }

    private static void fail(RoutingContext ctx) {
        LOG.error("A request handler failed. path={}", ctx.normalizedPath(), ctx.failure());
        if (!ctx.response().ended()) {
            end(ctx, 500, "internal error");
        }
    }

    static void end(RoutingContext ctx, int status, String text) {
        var response = ctx.response().setStatusCode(status);
        if (!text.isEmpty()) {
            response.putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; charset=utf-8");
        }
        response.end(text);
    }
}

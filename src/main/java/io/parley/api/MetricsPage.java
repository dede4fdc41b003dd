package io.parley.api;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The metrics on a port of their own: any path answers, for some scrape `/` and most `/metrics`.
/// With a user and a password both set, only to those who know them. Owned by its verticle's event
/// loop.
public final class MetricsPage {
    private static final String CHALLENGE = "Basic realm=\"Protected Area\"";
    private static final String TYPE = "text/plain; version=0.0.4; charset=utf-8";
    private static final String SCHEME = "Basic ";

    private final Supplier<String> scrape;
    private final byte[] credentials;

    public MetricsPage(Supplier<String> scrape, String user, String password) {
        this.scrape = scrape;
        this.credentials =
                user.isEmpty() || password.isEmpty() ? new byte[0] : bytes(user + ":" + password);
    }

    public void mount(Router router) {
        router.route().handler(this::answer);
    }

    private void answer(RoutingContext ctx) {
        if (!isAllowed(ctx.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            ctx.response().setStatusCode(401).putHeader("WWW-Authenticate", CHALLENGE).end();
            return;
        }
        ctx.response().putHeader(HttpHeaders.CONTENT_TYPE, TYPE).end(scrape.get());
    }

    private boolean isAllowed(@Nullable String authorization) {
        if (credentials.length == 0) {
            return true;
        }
        if (authorization == null
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return false;
        }
        try {
            byte[] given = Base64.getDecoder().decode(authorization.substring(SCHEME.length()));
            return MessageDigest.isEqual(given, credentials);
        } catch (IllegalArgumentException _) {
            return false;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}

package io.parley.api;

import io.parley.auth.Grants;
import io.parley.auth.TokenMint;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The newcomer's page at `/try` and the tokens it joins with. Mounted by development servers only:
/// whoever reaches it may join any room. Owned by its verticle's event loop.
public final class TryPage {
    private static final Duration TOKEN_LIFE = Duration.ofHours(6);
    private static final Map<String, String> TYPES =
            Map.of(
                    "index.html", "text/html; charset=utf-8",
                    "try.css", "text/css; charset=utf-8",
                    "try.js", "text/javascript; charset=utf-8",
                    "livekit-client.js", "text/javascript; charset=utf-8");

    private final TokenMint mint;
    private final String apiKey;
    private final Map<String, Buffer> files = new HashMap<>();

    public TryPage(TokenMint mint, String apiKey) {
        this.mint = mint;
        this.apiKey = apiKey;
    }

    public void mount(Router router) {
        router.get("/try").handler(ctx -> sendFile(ctx, "index.html"));
        router.get("/try/token").handler(this::sendToken);
        router.get("/try/:file").handler(ctx -> sendFile(ctx, ctx.pathParam("file")));
    }

    private void sendFile(RoutingContext ctx, @Nullable String name) {
        String type = name == null ? null : TYPES.get(name);
        if (name == null || type == null) {
            ctx.next();
            return;
        }
        Buffer content = files.computeIfAbsent(name, TryPage::load);
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-cache")
                .end(content);
    }

    private static Buffer load(String name) {
        try (InputStream in = TryPage.class.getResourceAsStream("/try/" + name)) {
            return in == null
                    ? Buffer.buffer("The page was not packed: build with `make build`.")
                    : Buffer.buffer(in.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /// `room` and `identity`; `canUpdateOwnMetadata=1`, `hidden=1` and the like set grants of a
    /// token for tests.
    private void sendToken(RoutingContext ctx) {
        String room = ctx.request().getParam("room", "");
        String identity = ctx.request().getParam("identity", "");
        if (room.isEmpty() || identity.isEmpty()) {
            ctx.response().setStatusCode(400).end("room and identity are needed");
            return;
        }
        var grants = Grants.joining(identity, room).withName(identity);
        var permission =
                grants.video().permission().toBuilder()
                        .setCanUpdateMetadata(flag(ctx, "canUpdateOwnMetadata", true))
                        .setCanPublish(flag(ctx, "canPublish", true))
                        .setCanSubscribe(flag(ctx, "canSubscribe", true))
                        .setHidden(flag(ctx, "hidden", false))
                        .build();
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                .end(
                        mint.mint(
                                        System.currentTimeMillis(),
                                        grants.withPermission(permission),
                                        apiKey,
                                        TOKEN_LIFE)
                                .orElseThrow());
    }

    private static boolean flag(RoutingContext ctx, String name, boolean otherwise) {
        String given = ctx.request().getParam(name);
        return given == null ? otherwise : given.equals("1") || given.equals("true");
    }
}

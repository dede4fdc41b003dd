package io.parley.signal;

import io.parley.auth.Grants;
import io.parley.auth.TokenOutcome;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import livekit.LivekitInternal.StartSession;

/// Reads connect requests out of HTTP, and writes what the room needs to know of them.
final class HttpConnect {
    private static final List<String> ADDRESS_HEADERS =
            List.of("CF-Connecting-IP", "X-Forwarded-For", "X-Real-IP");

    private HttpConnect() {}

    static boolean isUpgrade(RoutingContext ctx) {
        String upgrade = ctx.request().getHeader(HttpHeaders.UPGRADE);
        return upgrade != null && upgrade.equalsIgnoreCase("websocket");
    }

    static ConnectRequest request(RoutingContext ctx, boolean isV1, boolean isStrict) {
        TokenOutcome.Verified token = ctx.get(TokenOutcome.CONTEXT_KEY);
        var userAgent = ctx.request().getHeader(HttpHeaders.USER_AGENT);
        Map<String, String> query = new LinkedHashMap<>();
        ctx.queryParams().forEach((name, value) -> query.putIfAbsent(name, value));
        return new ConnectRequest(
                isV1,
                isStrict,
                token == null ? Grants.NONE : token.grants(),
                query,
                userAgent == null ? "" : userAgent,
                clientAddress(ctx));
    }

    /// `op` is a join, or the question what a join would hear.
    static BusMessage joinMessage(
            String op, RoutingContext ctx, StartSession session, NodeId edge) {
        TokenOutcome.Verified token =
                Objects.requireNonNull(ctx.get(TokenOutcome.CONTEXT_KEY), "valid without a token");
        return BusMessage.of(op, session.toByteArray())
                .with(Ops.CONNECTION, session.getConnectionId())
                .with(Ops.EDGE, edge.value())
                .with(Ops.TOKEN_EXPIRES_MS, String.valueOf(token.expiresMs()))
                .with(Ops.TOKEN_ISSUED_MS, String.valueOf(token.issuedMs()))
                .with(Ops.API_KEY, token.apiKey())
                .with(Ops.CLIENT_ADDRESS, session.getClient().getAddress());
    }

    private static String clientAddress(RoutingContext ctx) {
        for (String name : ADDRESS_HEADERS) {
            var value = ctx.request().getHeader(name);
            if (value != null && !value.isBlank()) {
                return value.split(",", 2)[0].strip();
            }
        }
        var remote = ctx.request().remoteAddress();
        return remote == null || remote.hostAddress() == null ? "" : remote.hostAddress();
    }
}

package io.parley.api;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.parley.auth.Grants;
import io.parley.auth.TokenOutcome;
import io.parley.metrics.NodeMetrics;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One Twirp service at `/twirp/<name>/<Method>`: decodes, calls, encodes; knows no method's
/// meaning.
final class TwirpService {
    private static final Logger LOG = LoggerFactory.getLogger(TwirpService.class);
    private static final String JSON = "application/json";
    private static final String PROTOBUF = "application/protobuf";

    private final String name;
    private final ApiSettings settings;
    private final CallLog log;
    private final Map<String, Endpoint<?>> endpoints = new HashMap<>();

    /// What a method does.
    interface Method<Q extends Message> {
        Future<? extends Message> call(Q request, Caller caller);
    }

    /// Who calls, and how long it waits.
    record Caller(Grants grants, Duration timeout) {}

    private record Endpoint<Q extends Message>(String name, Q prototype, Method<Q> method) {
        @SuppressWarnings("unchecked") // Made from this prototype.
        Future<? extends Message> call(Message request, Caller caller) {
            return method.call((Q) request, caller);
        }
    }

    TwirpService(String name, ApiSettings settings, NodeMetrics metrics) {
        this.name = name;
        this.settings = settings;
        this.log = new CallLog(name, metrics);
    }

    <Q extends Message> TwirpService with(String method, Q prototype, Method<Q> body) {
        endpoints.put(method, new Endpoint<>(method, prototype, body));
        return this;
    }

    void mount(Router router) {
        router.route("/twirp/" + name + "/*")
                .handler(BodyHandler.create(false).setBodyLimit(settings.maxBodyBytes()))
                .handler(this::onRequest);
    }

    private void onRequest(RoutingContext ctx) {
        try {
            boolean isJson = isJson(ctx);
            var endpoint = endpoint(ctx);
            run(ctx, endpoint, isJson, log.start(endpoint.name()));
        } catch (TwirpException e) {
            refuse(ctx, e);
        }
    }

    private void run(RoutingContext ctx, Endpoint<?> endpoint, boolean isJson, CallLog.Call call) {
        Future<? extends Message> answer;
        try {
            var request = decode(ctx, endpoint.prototype(), isJson);
            call.onRequest(request);
            answer = endpoint.call(request, caller(ctx));
        } catch (TwirpException e) {
            answer = Future.failedFuture(e);
        }
        answer.onSuccess(
                        message -> {
                            call.onAnswered();
                            answer(ctx, message, isJson);
                        })
                .onFailure(cause -> call.onRefused(refuse(ctx, cause)));
    }

    private static boolean isJson(RoutingContext ctx) {
        var method = ctx.request().method();
        String path = ctx.normalizedPath();
        if (!method.equals(HttpMethod.POST)) {
            throw TwirpException.badRoute(
                    "unsupported method \"" + method + "\" (only POST is allowed)",
                    method.name(),
                    path);
        }
        String header = ctx.request().getHeader(HttpHeaders.CONTENT_TYPE);
        String type =
                header == null ? "" : header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        return switch (type) {
            case JSON -> true;
            case PROTOBUF -> false;
            default ->
                    throw TwirpException.badRoute(
                            "unexpected Content-Type: \"" + (header == null ? "" : header) + "\"",
                            method.name(),
                            path);
        };
    }

    private Endpoint<?> endpoint(RoutingContext ctx) {
        String path = ctx.normalizedPath();
        var endpoint = endpoints.get(path.substring(path.lastIndexOf('/') + 1));
        if (endpoint == null) {
            throw TwirpException.badRoute(
                    "no handler for path \"" + path + "\"", ctx.request().method().name(), path);
        }
        return endpoint;
    }

    private static Message decode(RoutingContext ctx, Message prototype, boolean isJson) {
        Buffer body = ctx.body().buffer();
        Buffer bytes = body == null ? Buffer.buffer(0) : body;
        try {
            return isJson
                    ? TwirpJson.read(bytes.toString(StandardCharsets.UTF_8), prototype)
                    : prototype.getParserForType().parseFrom(bytes.getBytes());
        } catch (InvalidProtocolBufferException _) {
            throw TwirpException.plain(
                    TwirpCode.MALFORMED,
                    "the " + (isJson ? "json" : "protobuf") + " request could not be decoded");
        }
    }

    private Caller caller(RoutingContext ctx) {
        TokenOutcome.Verified token = ctx.get(TokenOutcome.CONTEXT_KEY);
        var timeout = settings.timeout();
        String wish = ctx.request().getHeader("X-Twirp-Timeout-Ms");
        if (wish != null) {
            try {
                timeout = Duration.ofMillis(Math.max(1, Long.parseLong(wish.strip())));
            } catch (NumberFormatException _) {
                LOG.debug("Not a timeout. header={}", wish);
            }
        }
        return new Caller(token == null ? Grants.NONE : token.grants(), timeout);
    }

    private static void answer(RoutingContext ctx, Message answer, boolean isJson) {
        Buffer body =
                isJson
                        ? Buffer.buffer(TwirpJson.write(answer))
                        : Buffer.buffer(answer.toByteArray());
        end(ctx, 200, isJson ? JSON : PROTOBUF, body);
    }

    private static TwirpException refuse(RoutingContext ctx, Throwable cause) {
        var error = TwirpException.of(cause);
        if (error.code() == TwirpCode.INTERNAL) {
            LOG.error("An API call failed. path={}", ctx.normalizedPath(), cause);
        }
        end(ctx, error.code().status(), JSON, Buffer.buffer(TwirpJson.write(error)));
        return error;
    }

    private static void end(RoutingContext ctx, int status, String type, Buffer body) {
        if (!ctx.response().closed()) {
            ctx.response()
                    .setStatusCode(status)
                    .putHeader(HttpHeaders.CONTENT_TYPE, type)
                    .end(body);
        }
    }
}

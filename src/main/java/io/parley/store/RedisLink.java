package io.parley.store;

import io.parley.store.RedisConnector.Connected;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The way to Redis: one connection that carries all commands in their order. Without it commands
/// fail at once, and it is made again, ever more slowly; nothing is queued. Owned by the context of
/// its store.
final class RedisLink {
    private static final Logger LOG = LoggerFactory.getLogger(RedisLink.class);
    private static final long FIRST_PAUSE_MS = 100;
    private static final long LONGEST_PAUSE_MS = 2000;
    private static final long PING_MS = 5000;

    /// What another connection may cure. The first one is Vert.x' own.
    private static final List<String> OF_THE_CONNECTION =
            List.of(
                    "CONNECTION_CLOSED",
                    "READONLY",
                    "NOAUTH",
                    "LOADING",
                    "MASTERDOWN",
                    "CLUSTERDOWN");

    private final Vertx vertx;
    private final RedisSettings settings;
    private final RedisConnector connector;
    private final Runnable onBack;

    private @Nullable Connected connected;
    private boolean isClosed;
    private long pauseMs = FIRST_PAUSE_MS;
    private long awaySinceNs;

    /// @param onBack there is a connection again, and nobody has used it yet
    RedisLink(Vertx vertx, RedisSettings settings, Runnable onBack) {
        this.vertx = vertx;
        this.settings = settings;
        this.connector = new RedisConnector(vertx, settings);
        this.onBack = onBack;
    }

    /// The first connection; fails if there is none.
    Future<Void> open() {
        return connector
                .connect()
                .onSuccess(each -> {
                    take(each);
                    vertx.setPeriodic(PING_MS, _ -> ping());
                })
                .mapEmpty();
    }

    /// The socket has a context of its own, and what it tells is to be heard on ours.
    private void take(Connected next) {
        connected = next;
        var ours = vertx.getOrCreateContext();
        next.connection()
                .endHandler(_ -> ours.runOnContext(_ -> lose(next, "the connection has ended")))
                .exceptionHandler(e -> ours.runOnContext(_ -> lose(next, e.toString())));
    }

    /// Notices what no command would, for an idle room writes nothing.
    private void ping() {
        if (connected != null) {
            call(Request.cmd(Command.PING));
        }
    }

    Future<@Nullable Response> call(Request request) {
        var present = connected;
        if (present == null) {
            return Future.failedFuture(
                    new RedisAwayException("redis at " + settings.servers() + " is away"));
        }
        if (present.connection().pendingQueueFull()) {
            return Future.failedFuture(new RedisAwayException("redis is busy"));
        }
        return present.connection()
                .send(request)
                .timeout(settings.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onComplete(_ -> pauseMs = FIRST_PAUSE_MS, e -> onFailure(present, e));
    }

    private void onFailure(Connected with, Throwable cause) {
        boolean isAnswer =
                cause instanceof ErrorType error && OF_THE_CONNECTION.stream().noneMatch(error::is);
        if (!isAnswer) {
            lose(with, String.valueOf(cause.getMessage()));
        }
    }

    private void lose(Connected lost, String why) {
        if (connected != lost) {
            return;
        }
        connected = null;
        lost.close();
        awaySinceNs = System.nanoTime();
        LOG.warn(
                "Redis is away; rooms go on without it. address={} cause={}",
                settings.servers(),
                why);
        pauseThenReconnect();
    }

    private void pauseThenReconnect() {
        vertx.setTimer(pauseMs, _ -> reconnect());
        pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }

    private void reconnect() {
        if (!isClosed) {
            connector.connect().onComplete(this::onReconnected, this::onStillAway);
        }
    }

    private void onStillAway(Throwable cause) {
        LOG.debug("Redis is still away. cause={}", cause.toString());
        pauseThenReconnect();
    }

    private void onReconnected(Connected next) {
        if (isClosed) {
            next.close();
            return;
        }
        long awayMs = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - awaySinceNs);
        LOG.info("Redis is back. address={} awayMs={}", settings.servers(), awayMs);
        take(next);
        onBack.run();
    }

    void close() {
        isClosed = true;
        var last = connected;
        connected = null;
        if (last != null) {
            last.close();
        }
    }
}

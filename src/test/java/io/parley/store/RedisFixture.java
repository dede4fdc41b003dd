package io.parley.store;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.parley.cluster.Await;
import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.parley.store.RedisSettings.Tls;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/// A Vert.x with stores in Redis, what they say in the log, and a client beside them.
final class RedisFixture implements AutoCloseable {
    /// Short, as the tests wait for it.
    static final Duration LIMIT = Duration.ofMillis(500);

    final Vertx vertx = Vertx.vertx();
    final List<String> logged = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger(RedisLink.class);
    private final AppenderBase<ILoggingEvent> appender =
            new AppenderBase<>() {
                @Override
                protected void append(ILoggingEvent event) {
                    if (event.getLevel().isGreaterOrEqual(Level.INFO)) {
                        logged.add(event.getFormattedMessage());
                    }
                }
            };

    RedisFixture() {
        appender.start();
        logger.addAppender(appender);
    }

    static RedisSettings settings(Servers servers) {
        return new RedisSettings(servers, Login.NONE, 0, Tls.OFF, LIMIT, LIMIT);
    }

    static RedisSettings single(String address, Login login) {
        return new RedisSettings(new Servers.Single(address), login, 0, Tls.OFF, LIMIT, LIMIT);
    }

    RedisStore connect(RedisSettings settings, String node) {
        return Await.result(RedisStore.connect(vertx, settings, node));
    }

    long loggedWith(String text) {
        return logged.stream().filter(line -> line.contains(text)).count();
    }

    /// What any other client of Redis sees.
    Response ask(String address, Command command, String... arguments) {
        var client =
                Redis.createClient(
                        vertx,
                        new RedisOptions()
                                .setConnectionString("redis://" + address)
                                .setPreferredProtocolVersion(ProtocolVersion.RESP2));
        var request = Request.cmd(command);
        List.of(arguments).forEach(request::arg);
        try {
            return Await.result(client.send(request).map(Objects::requireNonNull));
        } finally {
            client.close();
        }
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        Await.result(vertx.close());
    }
}

package io.parley.store;

import io.parley.store.RedisSettings.Login;
import io.parley.store.RedisSettings.Servers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.ProtocolVersion;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisClientType;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Connects to what takes writes: the single server, the master that the sentinels name, or all
/// nodes of a cluster. Vert.x has a client for sentinels too, but that one logs in to sentinels and
/// master alike. Owned by the context of its store.
final class RedisConnector {
    private final Vertx vertx;
    private final RedisSettings settings;

    RedisConnector(Vertx vertx, RedisSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
    }

    /// A connection, and the client it came from. Both end together: a client alone would keep the
    /// connection for the next one who asks, dead or not.
    static final class Connected {
        private final Redis client;
        private final RedisConnection connection;

        private Connected(Redis client, RedisConnection connection) {
            this.client = client;
            this.connection = connection;
        }

        RedisConnection connection() {
            return connection;
        }

        void close() {
            client.close();
        }
    }

    /// Fails after a bounded time, naming what could not be reached.
    Future<Connected> connect() {
        return switch (settings.servers()) {
            case Servers.Single(String address) -> connectTo(address, RedisConnector::isAlive);
            case Servers.Nodes nodes -> {
                var options = options(RedisClientType.CLUSTER, nodes.addresses(), settings.login());
                yield connected(options, nodes.toString())
                        .compose(each -> probe(each, nodes.toString(), RedisConnector::isAlive));
            }
            case Servers.Sentinels sentinels ->
                    masterOf(sentinels, 0)
                            .compose(master -> connectTo(master, RedisConnector::isMaster));
        };
    }

    private static Future<?> isAlive(RedisConnection connection) {
        return connection.send(Request.cmd(Command.PING));
    }

    /// For a moment after a failover sentinels still name the old one.
    private static Future<?> isMaster(RedisConnection connection) {
        return connection
                .send(Request.cmd(Command.ROLE))
                .compose(role ->
                        role != null && role.get(0).toString().equals("master")
                                ? Future.succeededFuture()
                                : Future.failedFuture("it is a replica now"));
    }

    private Future<Connected> connectTo(
            String address, Function<RedisConnection, Future<?>> probe) {
        var options =
                options(
                        RedisClientType.STANDALONE,
                        List.of(address + "/" + settings.database()),
                        settings.login());
        return connected(options, address).compose(each -> probe(each, address, probe));
    }

    private Future<Connected> connected(RedisOptions options, String address) {
        var client = Redis.createClient(vertx, options);
        var limit = settings.dialTimeout().plus(settings.callTimeout());
        return client.connect()
                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(_ -> client.close())
                .recover(e -> failed(address, e))
                .map(connection -> new Connected(client, connection));
    }

    /// Closes it if it is not of use.
    private Future<Connected> probe(
            Connected connected, String address, Function<RedisConnection, Future<?>> probe) {
        return probe.apply(connected.connection())
                .timeout(settings.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(_ -> connected.close())
                .map(connected)
                .recover(e -> failed(address, e));
    }

    /// Believes the first sentinel that knows.
    private Future<String> masterOf(Servers.Sentinels sentinels, int index) {
        var master = askSentinel(sentinels.addresses().get(index), sentinels);
        return index + 1 == sentinels.addresses().size()
                ? master
                : master.recover(_ -> masterOf(sentinels, index + 1));
    }

    private Future<String> askSentinel(String address, Servers.Sentinels sentinels) {
        var options = options(RedisClientType.STANDALONE, List.of(address), sentinels.login());
        var question =
                Request.cmd(Command.SENTINEL)
                        .arg("GET-MASTER-ADDR-BY-NAME")
                        .arg(sentinels.master());
        return connected(options, address)
                .compose(sentinel ->
                        sentinel.connection()
                                .send(question)
                                .timeout(settings.callTimeout().toMillis(), TimeUnit.MILLISECONDS)
                                .onComplete(_ -> sentinel.close())
                                .recover(e -> failed(address, e)))
                .compose(answer ->
                        answer == null
                                ? failed(address, "it knows no master " + sentinels.master())
                                : Future.succeededFuture(addressIn(answer)));
    }

    private static String addressIn(Response answer) {
        String host = answer.get(0).toString();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + answer.get(1);
    }

    private static <T> Future<T> failed(String address, Throwable cause) {
        return failed(address, String.valueOf(cause.getMessage()));
    }

    private static <T> Future<T> failed(String address, String why) {
        return Future.failedFuture(
                new RedisAwayException("unable to connect to redis at " + address + ": " + why));
    }

    private RedisOptions options(RedisClientType type, List<String> addresses, Login login) {
        String scheme = settings.tls().isEnabled() ? "rediss://" : "redis://";
        return new RedisOptions()
                .setType(type)
                .setEndpoints(addresses.stream().map(scheme::concat).toList())
                .setUser(orNull(login.username()))
                .setPassword(orNull(login.password()))
                .setPreferredProtocolVersion(ProtocolVersion.RESP2)
                .setPoolCleanerInterval(-1)
                .setNetClientOptions(netClient());
    }

    private static @Nullable String orNull(String text) {
        return text.isEmpty() ? null : text;
    }

    private NetClientOptions netClient() {
        var tls = settings.tls();
        var options =
                new NetClientOptions()
                        .setConnectTimeout(Math.toIntExact(settings.dialTimeout().toMillis()))
                        .setTcpKeepAlive(true)
                        .setSsl(tls.isEnabled())
                        .setTrustAll(tls.isInsecure())
                        .setHostnameVerificationAlgorithm(tls.isInsecure() ? "" : "HTTPS");
        if (!tls.caCertFile().isEmpty()) {
            options.setTrustOptions(new PemTrustOptions().addCertPath(tls.caCertFile()));
        }
        if (!tls.clientCertFile().isEmpty()) {
            options.setKeyCertOptions(
                    new PemKeyCertOptions()
                            .addCertPath(tls.clientCertFile())
                            .addKeyPath(tls.clientKeyFile()));
        }
        return options;
    }
}

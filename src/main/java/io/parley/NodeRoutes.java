package io.parley;

import io.parley.api.DebugPage;
import io.parley.api.MetricsPage;
import io.parley.api.RoomService;
import io.parley.api.TryPage;
import io.parley.auth.ApiKeys;
import io.parley.auth.TokenMint;
import io.parley.auth.TokenVerifier;
import io.parley.cluster.Cluster;
import io.parley.config.Config;
import io.parley.config.ConfigException;
import io.parley.metrics.NodeMetrics;
import io.parley.signal.Health;
import io.parley.signal.RouteSet;
import io.parley.signal.SignalServer;
import io.parley.signal.SignalVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// What a node serves over HTTP, and on which port: signalling and the room API on the main one,
/// metrics and debugging on their own where the settings say so.
final class NodeRoutes {
    private final Launch launch;
    private final NodeSettings settings;
    private final Cluster cluster;
    private final NodeMetrics metrics;
    private final Supplier<Health> health;
    private final SecureRandom random;

    NodeRoutes(
            Launch launch,
            NodeSettings settings,
            Cluster cluster,
            NodeMetrics metrics,
            Supplier<Health> health,
            SecureRandom random) {
        this.launch = launch;
        this.settings = settings;
        this.cluster = cluster;
        this.metrics = metrics;
        this.health = health;
        this.random = random;
    }

    Future<?> listen() {
        var verifier = new TokenVerifier(new ApiKeys(launch.keys()));
        var options =
                new DeploymentOptions().setInstances(Runtime.getRuntime().availableProcessors());
        List<Future<?>> listening = new ArrayList<>();
        listening.add(
                cluster.vertx()
                        .deployVerticle(
                                () ->
                                        new SignalVerticle(
                                                settings.http(), verifier, health, this::routes),
                                options));
        Config config = launch.config();
        if (config.integer("prometheus.port") > 0) {
            listening.add(listen(config.integer("prometheus.port"), metricsPage(config)::mount));
        }
        if (config.integer("debug_handler.port") > 0) {
            listening.add(listen(config.integer("debug_handler.port"), debugPage()::mount));
        }
        return Future.all(listening);
    }

    private Future<?> listen(int port, Consumer<Router> mount) {
        Router router = Router.router(cluster.vertx());
        mount.accept(router);
        List<Future<?>> listening = new ArrayList<>();
        for (String address : settings.http().bindAddresses()) {
            listening.add(
                    cluster.vertx()
                            .createHttpServer(new HttpServerOptions())
                            .requestHandler(router)
                            .listen(port, address));
        }
        return Future.all(listening);
    }

    private MetricsPage metricsPage(Config config) {
        String user = config.text("prometheus.username");
        String password = config.text("prometheus.password");
        if (user.isEmpty() != password.isEmpty()) {
            throw new ConfigException(
                    "prometheus.username and prometheus.password must both be set, or neither");
        }
        return new MetricsPage(metrics::scrape, user, password);
    }

    private DebugPage debugPage() {
        return new DebugPage(cluster.bus(), cluster.rooms(), cluster.nodes());
    }

    private List<RouteSet> routes(Vertx vertx) {
        List<RouteSet> routes = new ArrayList<>();
        routes.add(
                new SignalServer(
                        vertx,
                        settings.signal(),
                        cluster.bus(),
                        cluster.rooms(),
                        cluster.nodes(),
                        random,
                        metrics));
        routes.add(new RoomService(settings.api(), cluster.bus(), cluster.rooms(), metrics)::mount);
        if (launch.dev()) {
            var keys = new ApiKeys(launch.keys());
            routes.add(new TryPage(new TokenMint(keys), keys.first().orElseThrow())::mount);
            routes.add(debugPage()::mount);
        }
        return routes;
    }
}

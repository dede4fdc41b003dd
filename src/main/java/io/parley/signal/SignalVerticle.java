package io.parley.signal;

import io.parley.auth.TokenVerifier;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/// The main port on one event loop; deployed once for each, they share the port.
public final class SignalVerticle extends VerticleBase {
    private final HttpSettings settings;
    private final TokenVerifier verifier;
    private final Supplier<Health> health;
    private final Function<Vertx, List<RouteSet>> routes;
    private List<RouteSet> mounted = List.of();

    /// Each instance makes its own route sets, on its own context.
    public SignalVerticle(
            HttpSettings settings,
            TokenVerifier verifier,
            Supplier<Health> health,
            Function<Vertx, List<RouteSet>> routes) {
        this.settings = settings;
        this.verifier = verifier;
        this.health = health;
        this.routes = routes;
    }

    @Override
    public Future<?> start() {
        mounted = routes.apply(vertx);
        return new HttpFront(vertx, settings, verifier, health).listen(mounted);
    }

    /// Vert.x closes the servers that were made on this context by itself.
    @Override
    public Future<?> stop() {
        mounted.forEach(RouteSet::close);
        return Future.succeededFuture();
    }
}

package io.parley;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.parley.cluster.Await;
import io.parley.cluster.LocalNodes;
import io.parley.cluster.NodeId;
import io.parley.cluster.NodeLoad;
import io.parley.cluster.NodeSelector;
import io.parley.cluster.NodeSelectorSettings;
import io.parley.cluster.NodeStatus;
import io.parley.scenario.Waiting;
import io.parley.store.LocalStore;
import io.parley.store.ObjectStore;
import io.parley.store.RedisServer;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class NodeListingTest {
    private static final NodeId SELF = new NodeId("ND_self");

    private final Vertx vertx = Vertx.vertx();
    private final Context reporting = vertx.getOrCreateContext();
    private final RedisServer redis = RedisServer.start();
    private final Logger logger = (Logger) LoggerFactory.getLogger(NodeListing.class);
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();

    @BeforeEach
    void listen() {
        logged.start();
        logger.addAppender(logged);
    }

    @AfterEach
    void close() {
        logger.detachAppender(logged);
        Await.result(vertx.close());
        redis.close();
    }

    private static NodeListing listingIn(ObjectStore store) {
        var selector = new NodeSelector(NodeSelectorSettings.DEFAULTS, new Random(1));
        long nowMs = System.currentTimeMillis();
        var status = new NodeStatus(SELF, "127.0.0.1", "", nowMs, nowMs, NodeLoad.NONE);
        return new NodeListing(store, new LocalNodes(Clock.systemUTC(), selector, status));
    }

    private <T> T onContext(Supplier<Future<T>> action) {
        Promise<T> promise = Promise.promise();
        reporting.runOnContext(_ -> action.get().onComplete(promise));
        return Await.result(promise.future());
    }

    private void report(NodeListing listing) {
        onContext(() -> {
            listing.report();
            return Future.succeededFuture();
        });
    }

    private boolean isListed() {
        return redis.call("HKEYS", "nodes").equals(SELF.value());
    }

    private void reportUntilListed(NodeListing listing) {
        Waiting.until(
                "the node is listed",
                () -> {
                    report(listing);
                    return isListed();
                });
    }

    @Test
    void complainsOnceUntilItWorksAgain() {
        var listing = listingIn(redis.store(vertx, SELF.value()));
        reportUntilListed(listing);
        assertThat(logged.list).isEmpty();

        for (int outage = 1; outage <= 2; outage++) {
            int complaints = outage;
            redis.call("DEL", "nodes");
            redis.call("SET", "nodes", "of another kind");
            report(listing);
            report(listing);
            Waiting.until("it complains", () -> logged.list.size() == complaints);
            redis.call("DEL", "nodes");
            reportUntilListed(listing);
        }
        assertThat(logged.list).hasSize(2);
    }

    @Test
    void isNotListedAnyMoreOnceItHasLeft() {
        var listing = listingIn(redis.store(vertx, SELF.value()));
        reportUntilListed(listing);

        onContext(listing::leave);
        report(listing);
        onContext(listing::leave);

        assertThat(isListed()).isFalse();
    }

    @Test
    void leavesWhereRedisIsAway() {
        var listing = listingIn(redis.store(vertx, SELF.value()));
        redis.kill();
        onContext(listing::leave);
    }

    @Test
    void withoutRedisThereIsNothingToDo() {
        var listing = listingIn(new LocalStore());
        report(listing);
        onContext(listing::leave);
        assertThat(logged.list).isEmpty();
    }
}

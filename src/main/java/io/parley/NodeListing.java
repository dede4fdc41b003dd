package io.parley;

import io.parley.cluster.Nodes;
import io.parley.store.ObjectStore;
import io.parley.store.RedisStore;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Shows this node to LiveKit's tools, in the `nodes` hash of Redis (server.md §4.7, §5); without
/// Redis there is nothing to show it in. Nothing depends on it, so that its failures are only
/// logged. Owned by the node's reporting context.
///
/// Deviates: a LiveKit server takes crashed nodes away only when it starts; here it is done every
/// ten seconds too.
final class NodeListing {
    private static final Logger log = LoggerFactory.getLogger(NodeListing.class);

    /// LiveKit's tools pass over a node after five seconds; more, because clocks differ.
    private static final long SILENT_S = 30;

    private static final int REPORTS_A_SWEEP = 10;

    private final @Nullable RedisStore redis;
    private final Nodes nodes;
    private long reports;
    private boolean isFailing;
    private boolean hasLeft;

    NodeListing(ObjectStore store, Nodes nodes) {
        this.redis = store instanceof RedisStore each ? each : null;
        this.nodes = nodes;
    }

    /// Call it each second.
    void report() {
        if (redis == null || hasLeft) {
            return;
        }
        var self = nodes.self();
        long silentSince = TimeUnit.MILLISECONDS.toSeconds(self.updatedMs()) - SILENT_S;
        var done = redis.report(self.toLiveKit());
        if (reports++ % REPORTS_A_SWEEP == 0) {
            done = Future.join(done, redis.forgetNodesSilentSince(silentSince)).mapEmpty();
        }
        done.onComplete(_ -> isFailing = false, this::onFailure);
    }

    private void onFailure(Throwable cause) {
        if (!isFailing) {
            log.warn("LiveKit's tools do not see this node cause={}", cause.toString());
        }
        isFailing = true;
    }

    /// The last report was the last; it never fails.
    Future<Void> leave() {
        hasLeft = true;
        return redis == null
                ? Future.succeededFuture()
                : redis.forgetNode(nodes.self().node().value())
                        .onFailure(this::onFailure)
                        .otherwiseEmpty();
    }
}

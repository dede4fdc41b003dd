package io.parley.cluster;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import java.util.concurrent.Callable;

/// Runs what blocks by nature (Hazelcast maps) on virtual threads and hands the result back to the
/// caller's context.
public final class VirtualThreads {
    private final VertxInternal vertx;

    VirtualThreads(Vertx vertx) {
        this.vertx = (VertxInternal) vertx;
    }

    /// Ends with what the call returns or throws.
    public <T> Future<T> call(Callable<T> blocking) {
        ContextInternal context = vertx.getOrCreateContext();
        Promise<T> promise = context.promise();
        Thread.ofVirtual().name("parley-hazelcast").start(() -> run(blocking, promise));
        return promise.future();
    }

    @SuppressWarnings("CatchAndPrintStackTrace")
    private static <T> void run(Callable<T> blocking, Promise<T> promise) {
        try {
            promise.tryComplete(blocking.call());
        } catch (Exception e) {
            promise.tryFail(e);
        }
    }
}

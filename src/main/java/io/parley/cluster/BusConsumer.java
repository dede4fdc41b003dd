package io.parley.cluster;

import io.vertx.core.Future;

/// A registration on the bus; closing it twice is harmless.
public interface BusConsumer {
    Future<Void> unregister();
}

package io.parley.cluster;

import io.vertx.core.Promise;
import java.util.Optional;

/// A message on its last hop, with the promise of whoever waits for the answer.
record Delivery(
        String address, BusMessage message, Optional<Promise<BusMessage>> answer, long timeoutMs) {
    void succeed(BusMessage reply) {
        answer.ifPresent(promise -> promise.tryComplete(reply));
    }

    void fail(Throwable cause) {
        answer.ifPresent(promise -> promise.tryFail(cause));
    }
}

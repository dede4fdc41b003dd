package io.parley.cluster;

import io.vertx.core.Future;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A node that knows of no other. Read from every thread of the node.
public final class LocalNodes implements Nodes {
    private final Clock clock;
    private final NodeSelector selector;
    private final AtomicReference<NodeStatus> self;

    public LocalNodes(Clock clock, NodeSelector selector, NodeStatus self) {
        this.clock = clock;
        this.selector = selector;
        this.self = new AtomicReference<>(self);
    }

    @Override
    public void report(NodeLoad load) {
        self.updateAndGet(status -> status.with(load, clock.millis()));
    }

    @Override
    public Future<Void> announce(NodeLoad load) {
        report(load);
        return Future.succeededFuture();
    }

    @Override
    public NodeChoice choose() {
        return selector.select(clock.millis(), self(), all());
    }

    @Override
    public long toldMs() {
        return self.get().updatedMs();
    }

    @Override
    public void onChange(Consumer<NodeEvent> listener) {
        // Nobody comes or goes.
    }

    @Override
    public void onPlaced(NodeId node) {
        // There is no choice to influence.
    }

    @Override
    public NodeStatus self() {
        return self.get();
    }

    @Override
    public List<NodeStatus> all() {
        return List.of(self.get());
    }
}

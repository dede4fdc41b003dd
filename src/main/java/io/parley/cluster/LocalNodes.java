package io.parley.cluster;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/// A node that knows of no other. Read from every thread of the node.
public final class LocalNodes implements Nodes {
    private final Clock clock;
    private final AtomicReference<NodeStatus> self;

    public LocalNodes(Clock clock, NodeStatus self) {
        this.clock = clock;
        this.self = new AtomicReference<>(self);
    }

    @Override
    public void report(NodeLoad load) {
        self.updateAndGet(status -> status.with(load, clock.millis()));
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

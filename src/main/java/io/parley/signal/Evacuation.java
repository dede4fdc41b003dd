package io.parley.signal;

import io.parley.cluster.NodeId;
import io.vertx.core.Vertx;
import java.util.Set;

/// Sends the clients of one event loop to other nodes, some at a time, because this node leaves.
/// Who has a session on this node is left alone until the session has moved. Owned by its server.
final class Evacuation {
    private static final int TICK_MS = 100;

    /// Of the whole node, in a tick.
    private static final int CLIENTS = 200;

    /// After which a client that was asked to go is sent away.
    private static final int PATIENCE_MS = 3000;

    /// How long somebody who still comes may stay, to be connected before moving.
    private static final long STAY_NS = 2_000_000_000L;

    private final Vertx vertx;
    private final NodeId self;
    private final Set<SignalConnection> connections;
    private final int clientsPerTick;
    private boolean letsNobodyBack;
    private boolean underWay;

    Evacuation(Vertx vertx, NodeId self, Set<SignalConnection> connections) {
        this.vertx = vertx;
        this.self = self;
        this.connections = connections;
        this.clientsPerTick = Math.max(1, CLIENTS / Runtime.getRuntime().availableProcessors());
    }

    /// The node's rooms are being given away: whoever follows one of them goes elsewhere at once.
    void announce() {
        letsNobodyBack = true;
    }

    /// Goes on until the node ends. Later calls change nothing.
    void start() {
        announce();
        if (!underWay) {
            underWay = true;
            vertx.setPeriodic(0, TICK_MS, _ -> sendSome());
        }
    }

    boolean letsNobodyBack() {
        return letsNobodyBack;
    }

    private void sendSome() {
        long openedBeforeNs = System.nanoTime() - STAY_NS;
        connections.stream()
                .filter(connection -> connection.isMovable(self, openedBeforeNs))
                .limit(clientsPerTick)
                .toList()
                .forEach(connection -> connection.move(PATIENCE_MS));
    }
}

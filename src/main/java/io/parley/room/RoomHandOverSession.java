package io.parley.room;

import io.parley.cluster.Addresses;
import io.parley.cluster.BusMessage;
import io.parley.cluster.NodeId;
import io.parley.cluster.Ops;
import io.parley.cluster.RoomLocation;
import io.parley.cluster.RoomName;
import io.vertx.core.Future;
import java.time.Duration;

/// Gives a room to another node: what is not stored yet is, the name changes its owner, what came
/// meanwhile is stored too, and the other node opens the room. Only then are the clients sent on,
/// so that none of them comes too early. Part of the shell; used once.
final class RoomHandOverSession {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final RoomName name;
    private final RoomParts parts;
    private final RoomStoringSession storing;

    RoomHandOverSession(RoomName name, RoomParts parts, RoomStoringSession storing) {
        this.name = name;
        this.parts = parts;
        this.storing = storing;
    }

    /// Fails if the room is still ours; a node that has it and does not answer has it all the same.
    Future<Void> to(NodeId node, long epoch, Unsaved unsaved) {
        return storing.flush(unsaved)
                .compose(_ -> parts.directory().transfer(name, parts.bus().self(), epoch, node))
                .compose(at -> storing.flush(unsaved).transform(_ -> open(at)));
    }

    private Future<Void> open(RoomLocation at) {
        var open = BusMessage.of(Ops.TAKE_OVER).withEpoch(at.epoch());
        return parts.bus()
                .request(at.node(), Addresses.room(name), open, PATIENCE)
                .transform(_ -> Future.succeededFuture());
    }
}

package io.parley.cluster;

import java.util.List;
import livekit.LivekitInternal.NodeState;

/// How busy a node is, and whether it takes rooms.
///
/// @param state only a SERVING node is given new rooms
/// @param total since the node's start
/// @param perSecond over the last ten seconds
/// @param mediaLoops share of time for which each media loop was at work, 0 to 1
public record NodeLoad(
        int rooms,
        int participants,
        int tracksIn,
        int tracksOut,
        NodeState state,
        MachineLoad machine,
        Traffic total,
        Traffic perSecond,
        List<Float> mediaLoops) {
    /// Serves, and nobody is there.
    public static final NodeLoad NONE = none(NodeState.SERVING);

    /// Is not ready yet.
    public static final NodeLoad STARTING = none(NodeState.STARTING_UP);

    public NodeLoad {
        mediaLoops = List.copyOf(mediaLoops);
    }

    private static NodeLoad none(NodeState state) {
        return new NodeLoad(
                0, 0, 0, 0, state, MachineLoad.UNKNOWN, Traffic.NONE, Traffic.NONE, List.of());
    }

    public boolean isServing() {
        return state == NodeState.SERVING;
    }

    /// No new rooms, please; those that are here go elsewhere.
    public boolean isDraining() {
        return state == NodeState.SHUTTING_DOWN;
    }

    public int tracks() {
        return tracksIn + tracksOut;
    }

    public long bytesPerSecond() {
        return perSecond.bytesIn() + perSecond.bytesOut();
    }

    public NodeLoad with(NodeState newState) {
        return new NodeLoad(
                rooms,
                participants,
                tracksIn,
                tracksOut,
                newState,
                machine,
                total,
                perSecond,
                mediaLoops);
    }

    NodeLoad withOneMoreRoom() {
        return new NodeLoad(
                rooms + 1,
                participants + 1,
                tracksIn,
                tracksOut,
                state,
                machine,
                total,
                perSecond,
                mediaLoops);
    }
}

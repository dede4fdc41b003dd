package io.parley.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Keeps the set of nodes that a node expects to see. A new one counts once it has been heard on
/// the bus; one that says goodbye is struck off when it goes; one that crashed, fifteen seconds
/// later, counted only while this node may decide: so a minority never shrinks the set until it is
/// one. Guarded by [NodeFence].
final class ExpectedNodes {
    private static final long CRASHED_NS = Duration.ofSeconds(15).toNanos();
    private static final long NEWCOMER_NS = Duration.ofSeconds(10).toNanos();

    private final Set<NodeId> expected = new HashSet<>();
    private final Set<NodeId> leaving = new HashSet<>();
    private final Map<NodeId, Long> newForNs = new HashMap<>();
    private final Map<NodeId, Long> goneForNs = new HashMap<>();

    ExpectedNodes(NodeId self) {
        expected.add(self);
    }

    void onLeaving(NodeId node) {
        leaving.add(node);
    }

    /// @param elapsedNs since the last call
    /// @param heard the nodes that have answered on the bus, and been answered
    void onTick(long elapsedNs, Set<NodeId> members, Set<NodeId> heard, boolean mayDecide) {
        newForNs.keySet().retainAll(members);
        for (NodeId member : members) {
            goneForNs.remove(member);
            if (!expected.contains(member) && isOldEnough(member, elapsedNs, heard)) {
                newForNs.remove(member);
                expected.add(member);
            }
        }
        expected.removeIf(node -> !members.contains(node) && isOver(node, elapsedNs, mayDecide));
        goneForNs.keySet().retainAll(expected);
        leaving.removeIf(node -> !members.contains(node));
    }

    private boolean isOldEnough(NodeId member, long elapsedNs, Set<NodeId> heard) {
        return heard.contains(member)
                || newForNs.merge(member, elapsedNs, Long::sum) >= NEWCOMER_NS;
    }

    private boolean isOver(NodeId node, long elapsedNs, boolean mayDecide) {
        return leaving.contains(node)
                || goneForNs.merge(node, mayDecide ? elapsedNs : 0, Long::sum) >= CRASHED_NS;
    }

    Electorate electorate() {
        return new Electorate(expected);
    }
}

package io.parley.cluster;

import io.parley.cluster.BusReach.Answer;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/// Which members count as dead because their bus is cut: those from which no majority can have had
/// an answer for four seconds beyond a heartbeat's patience. Such a node has found that out for
/// itself by then, and decides nothing any more. Where two nodes are all there is, nobody is given
/// up: each may be the one that is cut. Guarded by [NodeFence].
final class BusDeaths {
    private static final long CUT_NS = Duration.ofSeconds(4).toNanos();

    private final NodeId self;
    private final Map<NodeId, Long> cutSinceNs = new HashMap<>();

    BusDeaths(NodeId self) {
        this.self = self;
    }

    /// The nodes to give up. Only a node that may decide itself asks.
    Set<NodeId> onTick(long nowNs, FenceRule.View view) {
        Set<NodeId> dead = new HashSet<>();
        var answers = view.answersSince(nowNs - BusHeartbeat.PATIENCE_NS);
        cutSinceNs.keySet().retainAll(view.members());
        for (NodeId node : view.members()) {
            if (node.equals(self) || !isCut(node, view.electorate(), answers)) {
                cutSinceNs.remove(node);
            } else if (nowNs - cutSinceNs.computeIfAbsent(node, _ -> nowNs) >= CUT_NS) {
                dead.add(node);
            }
        }
        return dead;
    }

    /// While this node may not decide, nobody's time runs.
    void onFenced() {
        cutSinceNs.clear();
    }

    private boolean isCut(NodeId node, Electorate electorate, Map<NodeId, Answer> answers) {
        if (!electorate.needsMajority() || answers.containsKey(node)) {
            return false;
        }
        Set<NodeId> perhapsWithIt = new HashSet<>(electorate.nodes());
        perhapsWithIt.remove(self);
        // Whoever answers and has not heard it is not with it; of the others nobody knows.
        answers.forEach((other, answer) -> {
            if (!answer.reached().contains(node)) {
                perhapsWithIt.remove(other);
            }
        });
        return !electorate.isMajority(perhapsWithIt);
    }
}

package io.parley.cluster;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// What the other nodes have last answered on the bus. Written by the heartbeat, read by every
/// thread of the node.
final class BusReach {
    /// @param askedNs when it was asked, which is the age of what it said
    /// @param members the nodes that it counts as members of its cluster
    /// @param reached the nodes that had answered it lately, itself included
    record Answer(long askedNs, Set<NodeId> members, Set<NodeId> reached) {
        Answer {
            members = Set.copyOf(members);
            reached = Set.copyOf(reached);
        }
    }

    private final Map<NodeId, Answer> answers = new ConcurrentHashMap<>();

    void onAnswer(NodeId node, Answer answer) {
        answers.merge(node, answer, (a, b) -> a.askedNs() - b.askedNs() > 0 ? a : b);
    }

    /// Forgets the nodes that are gone.
    void retain(Set<NodeId> nodes) {
        answers.keySet().retainAll(nodes);
    }

    Map<NodeId, Answer> all() {
        return Map.copyOf(answers);
    }

    /// The nodes that have answered what was asked at that time or later.
    Set<NodeId> since(long ns) {
        Set<NodeId> nodes = new HashSet<>();
        answers.forEach((node, answer) -> {
            if (answer.askedNs() - ns >= 0) {
                nodes.add(node);
            }
        });
        return nodes;
    }

    /// The nodes that have answered this one, and been answered by it.
    Set<NodeId> mutual(NodeId self) {
        Set<NodeId> nodes = new HashSet<>();
        answers.forEach((node, answer) -> {
            if (answer.reached().contains(self)) {
                nodes.add(node);
            }
        });
        return nodes;
    }
}

package io.parley.cluster;

import io.vertx.core.Promise;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Requests to other nodes that wait for their answers, so that nobody waits for a node that has
/// gone or fallen silent. Used from every thread of the node.
final class PendingCalls {
    private final Map<NodeId, Set<Promise<BusMessage>>> waiting = new ConcurrentHashMap<>();
    private final Set<NodeId> silent = ConcurrentHashMap.newKeySet();

    boolean isSilent(NodeId node) {
        return silent.contains(node);
    }

    void add(NodeId node, Promise<BusMessage> answer) {
        waiting.compute(node, (_, present) -> with(present, answer));
        if (isSilent(node)) {
            answer.tryFail(BusFailure.unanswered());
        }
    }

    private static Set<Promise<BusMessage>> with(
            @Nullable Set<Promise<BusMessage>> present, Promise<BusMessage> answer) {
        Set<Promise<BusMessage>> answers =
                present == null ? ConcurrentHashMap.newKeySet() : present;
        answers.add(answer);
        return answers;
    }

    void remove(NodeId node, Promise<BusMessage> answer) {
        waiting.computeIfPresent(
                node,
                (_, answers) -> {
                    answers.remove(answer);
                    return answers.isEmpty() ? null : answers;
                });
    }

    void onSilent(NodeId node) {
        silent.add(node);
        var lost = waiting.remove(node);
        if (lost != null) {
            lost.forEach(answer -> answer.tryFail(BusFailure.unanswered()));
        }
    }

    void onHeard(NodeId node) {
        silent.remove(node);
    }
}

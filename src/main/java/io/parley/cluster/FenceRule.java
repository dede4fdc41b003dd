package io.parley.cluster;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// When a node must stop deciding about rooms, and when it may again.
///
/// | state | fenced by | left by |
/// |---|---|---|
/// | deciding | a gap of the ticker above 2 s; members or answering nodes are no majority; a merge runs | – |
/// | fenced | any of these again begins it anew | 1.5 s of calm, then confirmed by the others, then own rooms read anew |
///
/// Confirmed: a majority, asked after the calm, counts this node as a member. Of two nodes the
/// other one must; if nothing is heard from it for ten seconds, this one goes on alone. The calm is
/// longer than Hazelcast's heartbeat: whoever is about to be dropped by the others has been dropped
/// by then. Guarded by [NodeFence].
final class FenceRule {
    static final long PAUSE_NS = Duration.ofSeconds(2).toNanos();
    static final long CALM_NS = Duration.ofMillis(1500).toNanos();
    static final long ALONE_NS = Duration.ofSeconds(10).toNanos();

    /// What the node sees.
    ///
    /// @param answers of other nodes, however old
    record View(
            Electorate electorate,
            Set<NodeId> members,
            Map<NodeId, BusReach.Answer> answers,
            boolean isMerging) {
        /// Answers to what was asked at that time or later.
        Map<NodeId, BusReach.Answer> answersSince(long ns) {
            var fresh = new HashMap<>(answers);
            fresh.values().removeIf(answer -> answer.askedNs() - ns < 0);
            return fresh;
        }
    }

    /// What is to be done now.
    enum Step {
        NOTHING,
        FENCE,
        /// Read the directory for each own room, then [#onChecked].
        CHECK,
        UNFENCE
    }

    private final NodeId self;
    private long tickNs;
    private long troubleNs;
    private String reason = "";
    private boolean isFenced;
    private boolean isChecking;
    private boolean isChecked;

    FenceRule(NodeId self, long nowNs) {
        this.self = self;
        this.tickNs = nowNs;
    }

    Step onTick(long nowNs, View view) {
        long gapNs = nowNs - tickNs;
        tickNs = nowNs;
        var trouble = trouble(nowNs, gapNs, view);
        if (trouble.isPresent()) {
            return onTrouble(nowNs, trouble.get());
        }
        if (!isFenced || isChecking || !isConfirmed(nowNs, view)) {
            return Step.NOTHING;
        }
        if (!isChecked) {
            isChecking = true;
            return Step.CHECK;
        }
        isFenced = false;
        return Step.UNFENCE;
    }

    /// @param startedNs when the check was asked for
    /// @param isDone every own room was compared with the directory, and those lost are closed
    void onChecked(long startedNs, boolean isDone) {
        isChecking = false;
        isChecked = isDone && startedNs - troubleNs > 0;
    }

    boolean isFenced() {
        return isFenced;
    }

    String reason() {
        return reason;
    }

    private Step onTrouble(long nowNs, String trouble) {
        troubleNs = nowNs;
        isChecked = false;
        if (isFenced) {
            return Step.NOTHING;
        }
        reason = trouble;
        isFenced = true;
        return Step.FENCE;
    }

    private Optional<String> trouble(long nowNs, long gapNs, View view) {
        if (gapNs > PAUSE_NS) {
            return Optional.of("stood still for " + Duration.ofNanos(gapNs).toMillis() + " ms");
        }
        if (view.isMerging()) {
            return Optional.of("merges with the other side of a partition");
        }
        var electorate = view.electorate();
        if (!electorate.isMajority(view.members())) {
            return Optional.of(few(electorate, view.members(), "are members"));
        }
        var answering = answering(nowNs, view);
        return electorate.isMajority(answering)
                ? Optional.empty()
                : Optional.of(few(electorate, answering, "answer on the bus"));
    }

    /// Both ways: one that hears nothing from this node may have given it up.
    private Set<NodeId> answering(long nowNs, View view) {
        return nodes(
                view.answersSince(nowNs - BusHeartbeat.PATIENCE_NS),
                answer -> answer.reached().contains(self));
    }

    /// This node, and those whose answer is of that kind.
    private Set<NodeId> nodes(
            Map<NodeId, BusReach.Answer> answers, Predicate<BusReach.Answer> kind) {
        Set<NodeId> nodes = new HashSet<>();
        nodes.add(self);
        answers.forEach((node, answer) -> {
            if (kind.test(answer)) {
                nodes.add(node);
            }
        });
        return nodes;
    }

    private static String few(Electorate electorate, Set<NodeId> present, String what) {
        return "only %d of %d nodes %s"
                .formatted(electorate.count(present), electorate.nodes().size(), what);
    }

    private boolean isConfirmed(long nowNs, View view) {
        long calmSinceNs = troubleNs + CALM_NS;
        if (nowNs - calmSinceNs < 0) {
            return false;
        }
        var confirming =
                nodes(view.answersSince(calmSinceNs), answer -> answer.members().contains(self));
        var electorate = view.electorate();
        if (electorate.needsMajority()) {
            return electorate.isMajority(confirming);
        }
        if (confirming.containsAll(electorate.nodes())) {
            return true;
        }
        return nowNs - troubleNs >= ALONE_NS && view.answersSince(troubleNs).isEmpty();
    }
}

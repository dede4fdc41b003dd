package io.parley.cluster;

import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks every other node each half second over the bus whom it sees: a node with a live Hazelcast
/// link and a dead bus port is a fault that membership does not show. Owned by the context that
/// starts it; what it hears stands in [BusReach].
final class BusHeartbeat {
    /// A node whose last answer was asked for earlier than that does not answer. Not longer: the
    /// others may drop a node that is cut off five seconds after it last heard them
    /// (`cluster.xml`), and it must have fenced itself by then.
    static final long PATIENCE_NS = Duration.ofSeconds(4).toNanos();

    private static final Logger LOG = LoggerFactory.getLogger(BusHeartbeat.class);
    private static final Duration INTERVAL = Duration.ofMillis(500);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    /// A node that has just started may take that long until it is on the bus.
    private static final long NEWCOMER_NS = Duration.ofSeconds(10).toNanos();

    private static final String MEMBERS = "members";
    private static final String REACHED = "reached";

    private final Bus bus;
    private final HazelcastNodes nodes;
    private final BusReach reach;
    private final Map<NodeId, Long> patienceEndsNs = new HashMap<>();
    private final Set<NodeId> heard = new HashSet<>();
    private final Set<NodeId> silent = new HashSet<>();
    private long beatNs = System.nanoTime();

    BusHeartbeat(Bus bus, HazelcastNodes nodes, BusReach reach) {
        this.bus = bus;
        this.nodes = nodes;
        this.reach = reach;
    }

    void start(Vertx vertx) {
        var context = vertx.getOrCreateContext();
        context.runOnContext(_ -> vertx.setPeriodic(INTERVAL.toMillis(), _ -> beat()));
    }

    /// What this node answers; any thread.
    static BusMessage answer(NodeId self, Set<NodeId> members, BusReach reach) {
        var reached = reach.since(System.nanoTime() - PATIENCE_NS);
        reached.add(self);
        return BusMessage.of(Bus.HEARTBEAT)
                .with(MEMBERS, text(members))
                .with(REACHED, text(reached));
    }

    private void beat() {
        long nowNs = System.nanoTime();
        forgiveOwnPause(nowNs);
        Set<NodeId> others;
        try {
            others = new HashSet<>(nodes.members());
        } catch (HazelcastInstanceNotActiveException _) {
            // This node is ending: there is nobody to ask any more.
            return;
        }
        others.remove(bus.self());
        patienceEndsNs.keySet().retainAll(others);
        heard.retainAll(others);
        silent.retainAll(others);
        reach.retain(others);
        others.forEach(node -> ask(node, nowNs));
    }

    /// While this node stood still nobody could answer it.
    private void forgiveOwnPause(long nowNs) {
        long gapNs = nowNs - beatNs;
        if (gapNs > 2 * INTERVAL.toNanos()) {
            patienceEndsNs.replaceAll((_, endNs) -> endNs + gapNs);
        }
        beatNs = nowNs;
    }

    private void ask(NodeId node, long nowNs) {
        long endNs = patienceEndsNs.computeIfAbsent(node, _ -> nowNs + NEWCOMER_NS);
        if (nowNs - endNs > 0 && silent.add(node)) {
            LOG.warn("A member of the cluster does not answer on the bus. node={}", node);
            nodes.tell(new NodeEvent.BusFault(node));
        }
        bus.heartbeat(node, ANSWER_LIMIT).onSuccess(answer -> onAnswer(node, nowNs, answer));
    }

    private void onAnswer(NodeId node, long askedNs, BusMessage answer) {
        reach.onAnswer(
                node, new BusReach.Answer(askedNs, nodes(answer, MEMBERS), nodes(answer, REACHED)));
        long endNs = askedNs + PATIENCE_NS;
        patienceEndsNs.computeIfPresent(
                node, (_, before) -> heard.add(node) ? endNs : Math.max(before, endNs));
        if (silent.remove(node)) {
            LOG.info("A node answers on the bus again. node={}", node);
            nodes.tell(new NodeEvent.BusHealed(node));
        }
    }

    private static String text(Collection<NodeId> nodes) {
        return nodes.stream().map(NodeId::value).collect(Collectors.joining(","));
    }

    private static Set<NodeId> nodes(BusMessage answer, String header) {
        return Arrays.stream(answer.header(header).orElse("").split(","))
                .filter(id -> !id.isEmpty())
                .map(NodeId::new)
                .collect(Collectors.toSet());
    }
}

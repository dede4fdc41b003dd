package io.parley.cluster;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Chooses the node for a new room as LiveKit's selectors do (server.md §5). A node takes part if
/// it serves and was heard of in the last five seconds; the own node always is. Pure but for the
/// dice; any thread.
public final class NodeSelector {
    private static final long STALE_MS = 5000;

    private final NodeSelectorSettings settings;
    private final RandomGenerator random;
    private final Map<String, Double> distances;

    public NodeSelector(NodeSelectorSettings settings, RandomGenerator random) {
        this.settings = settings;
        this.random = random;
        this.distances = distances(settings);
    }

    /// How far each region is from the own one, in parts of the earth's radius.
    private static Map<String, Double> distances(NodeSelectorSettings settings) {
        Map<String, Double> distances = new HashMap<>();
        settings.regions().stream()
                .filter(region -> region.name().equals(settings.region()))
                .findFirst()
                .ifPresent(here ->
                        settings.regions()
                                .forEach(there ->
                                        distances.put(there.name(), distance(here, there))));
        distances.put(settings.region(), 0.0);
        return Map.copyOf(distances);
    }

    /// The haversine formula.
    private static double distance(
            NodeSelectorSettings.Region here, NodeSelectorSettings.Region there) {
        double lat1 = Math.toRadians(here.latitude());
        double lat2 = Math.toRadians(there.latitude());
        double north = Math.sin((lat2 - lat1) / 2);
        double east = Math.sin(Math.toRadians(there.longitude() - here.longitude()) / 2);
        double h = north * north + Math.cos(lat1) * Math.cos(lat2) * east * east;
        return 2 * Math.asin(Math.sqrt(Math.min(1, h)));
    }

    /// Whether the node takes nobody more.
    public boolean isFull(NodeStatus status) {
        return settings.limits().areReached(status.load());
    }

    /// Whether any node can ever be full.
    public boolean hasLimits() {
        return !settings.limits().equals(NodeSelectorSettings.Limits.NONE);
    }

    /// Rolls the dice among equals.
    ///
    /// @param all every node that is alive, the own one included
    public NodeChoice select(long nowMs, NodeStatus self, List<NodeStatus> all) {
        var takers = takers(nowMs, self, all);
        if (takers.isEmpty()) {
            return new NodeChoice.Nobody();
        }
        var free = takers.stream().filter(status -> !isFull(status)).toList();
        return free.isEmpty()
                ? new NodeChoice.Full(best(preferred(takers)))
                : new NodeChoice.Chosen(best(preferred(free)));
    }

    /// Whoever was not heard of lately is asked only if nobody else is there: an overdue report may
    /// be the reader's own fault.
    private static List<NodeStatus> takers(long nowMs, NodeStatus self, List<NodeStatus> all) {
        var others = all.stream().filter(s -> !s.node().equals(self.node()));
        var serving = others.filter(s -> s.load().isServing()).toList();
        var heard = serving.stream().filter(s -> nowMs - s.heardMs() < STALE_MS);
        // Who asks is up, even if it has not said so yet.
        var own = Stream.of(self).filter(s -> !s.load().isDraining());
        var present = Stream.concat(own, heard).toList();
        return present.isEmpty() ? serving : present;
    }

    private List<NodeStatus> preferred(List<NodeStatus> nodes) {
        return switch (settings.kind()) {
            case ANY, RANDOM -> nodes;
            case CPULOAD ->
                    orAll(nodes, s -> s.load().machine().cpuLoad() < settings.cpuLoadLimit());
            case SYSLOAD -> lowSysload(nodes);
            case REGIONAWARE -> nearest(lowSysload(nodes));
        };
    }

    private List<NodeStatus> lowSysload(List<NodeStatus> nodes) {
        return orAll(nodes, s -> s.load().machine().sysload() < settings.sysloadLimit());
    }

    private static List<NodeStatus> orAll(List<NodeStatus> nodes, Predicate<NodeStatus> wanted) {
        var some = nodes.stream().filter(wanted).toList();
        return some.isEmpty() ? nodes : some;
    }

    private List<NodeStatus> nearest(List<NodeStatus> nodes) {
        Optional<Double> least =
                nodes.stream().map(this::distanceTo).min(Comparator.naturalOrder());
        return nodes.stream().filter(s -> least.filter(distanceTo(s)::equals).isPresent()).toList();
    }

    /// Regions without a place on the map are farther than all others.
    private Double distanceTo(NodeStatus status) {
        return distances.getOrDefault(status.region(), Double.MAX_VALUE);
    }

    /// Of equals one at random.
    private NodeStatus best(List<NodeStatus> nodes) {
        var shuffled = new ArrayList<>(nodes);
        Collections.shuffle(shuffled, random);
        var drawn =
                switch (settings.algorithm()) {
                    case LOWEST -> shuffled;
                    case TWOCHOICE -> shuffled.subList(0, Math.min(2, shuffled.size()));
                };
        return Collections.min(drawn, order());
    }

    private Comparator<NodeStatus> order() {
        if (settings.kind() == NodeSelectorSettings.Kind.RANDOM) {
            return (_, _) -> 0;
        }
        return switch (settings.sortBy()) {
            case RANDOM -> (_, _) -> 0;
            case SYSLOAD -> Comparator.comparingDouble(s -> s.load().machine().sysload());
            case CPULOAD -> Comparator.comparingDouble(s -> s.load().machine().cpuLoad());
            case ROOMS -> Comparator.comparingInt(s -> s.load().rooms());
            case CLIENTS ->
                    Comparator.<NodeStatus>comparingInt(s -> s.load().participants())
                            .thenComparingInt(s -> s.load().rooms());
            case TRACKS -> Comparator.comparingInt(s -> s.load().tracks());
            case BYTESPERSEC -> Comparator.comparingLong(s -> s.load().bytesPerSecond());
        };
    }
}

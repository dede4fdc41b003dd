package io.parley.cluster;

import java.util.List;

/// Which node a new room goes to (`node_selector.*`, server.md §5), and when a node takes no more.
///
/// @param cpuLoadLimit with [Kind#CPULOAD], nodes above it are avoided
/// @param sysloadLimit with [Kind#SYSLOAD] and [Kind#REGIONAWARE], nodes above it are avoided
/// @param region this node's own
public record NodeSelectorSettings(
        Kind kind,
        SortBy sortBy,
        Algorithm algorithm,
        double cpuLoadLimit,
        double sysloadLimit,
        Limits limits,
        String region,
        List<Region> regions) {
    /// Deviates: LiveKit sorts at random.
    public static final NodeSelectorSettings DEFAULTS =
            new NodeSelectorSettings(
                    Kind.ANY,
                    SortBy.CLIENTS,
                    Algorithm.LOWEST,
                    0.9,
                    0.9,
                    Limits.NONE,
                    "",
                    List.of());

    /// RANDOM is an old name of ANY with SortBy.RANDOM.
    public enum Kind {
        ANY,
        CPULOAD,
        SYSLOAD,
        REGIONAWARE,
        RANDOM
    }

    /// By what nodes are compared.
    public enum SortBy {
        RANDOM,
        SYSLOAD,
        CPULOAD,
        ROOMS,
        CLIENTS,
        TRACKS,
        BYTESPERSEC
    }

    /// LOWEST takes the best of all, TWOCHOICE the better of two at random, so that many choosers
    /// with the same news do not all choose the same.
    public enum Algorithm {
        LOWEST,
        TWOCHOICE
    }

    /// What one node may carry (`limit.*`); 0 is no limit.
    public record Limits(int tracks, long bytesPerSecond) {
        public static final Limits NONE = new Limits(0, 0);

        boolean areReached(NodeLoad load) {
            return (tracks > 0 && load.tracks() >= tracks)
                    || (bytesPerSecond > 0 && load.bytesPerSecond() >= bytesPerSecond);
        }
    }

    /// Where a region is, in degrees.
    public record Region(String name, double latitude, double longitude) {}

    public NodeSelectorSettings {
        regions = List.copyOf(regions);
        if (kind == Kind.REGIONAWARE) {
            requireOwnRegion(region, regions);
        }
    }

    private static void requireOwnRegion(String region, List<Region> regions) {
        if (region.isEmpty()) {
            throw new IllegalArgumentException("current region cannot be blank: set region");
        }
        if (!regions.isEmpty() && regions.stream().noneMatch(r -> r.name().equals(region))) {
            throw new IllegalArgumentException(
                    "unknown lat and lon for the current region: regions lacks " + region);
        }
    }
}

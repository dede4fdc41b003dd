package io.parley.cluster;

import java.time.Clock;
import java.util.Collection;
import java.util.List;

/// How a room's epoch is made: the high bits count the room's owners, the low sixteen are the tag
/// of the present one. So two sides of a partition never hand out the same epoch to two owners, and
/// a later owner's epoch is always the greater one.
public final class Epochs {
    private static final int TAG_BITS = 16;
    private static final int TAG_MASK = (1 << TAG_BITS) - 1;

    private Epochs() {}

    /// The epoch of the owner that follows.
    ///
    /// @param least the count is at least this. Seconds of the wall clock do: a room whose entry
    ///   was lost with its nodes then begins above all that its name had before. Nothing depends on
    ///   clocks that agree.
    static long next(long present, String owner, long least) {
        long count = Math.max(count(present) + 1, least);
        return count << TAG_BITS | tag(owner);
    }

    /// For a directory that counts on from here: above all that such a one has handed out which
    /// began a while ago, and not above what a cluster hands out from the next second on.
    static long startingAt(Clock clock) {
        return (clock.millis() << TAG_BITS) / 1000;
    }

    /// Grows from owner to owner, by seconds of the wall clock where clocks agree.
    public static long count(long epoch) {
        return epoch >>> TAG_BITS;
    }

    /// Whether the epoch was made for that node.
    public static boolean isOf(long epoch, NodeId owner) {
        return (epoch & TAG_MASK) == tag(owner.value());
    }

    static int tag(String node) {
        int hash = node.hashCode() * 0x9E3779B1;
        return (hash ^ hash >>> TAG_BITS) & TAG_MASK;
    }

    /// The tags of several nodes, in order.
    static List<Integer> tags(Collection<NodeId> nodes) {
        return nodes.stream().map(node -> tag(node.value())).sorted().distinct().toList();
    }
}

package io.parley.sfu.forward;

/// Renumbers one source's packets so that the subscriber sees neither our drops nor our switches,
/// while real losses stay visible as gaps (media.md §4.4). Owned by its Forwarder.
///
/// `target = source - offset`; each drop adds one to the offset. Where an offset began is
/// remembered for late packets.
final class Rewriter {
    /// No number: the packet is too late to be placed.
    static final long UNPLACED = -1;

    private static final int HISTORY = 100;

    private final long[] starts = new long[HISTORY];
    private final long[] offsets = new long[HISTORY];
    private int count;
    private int newest;
    private boolean started;
    private long offset;
    private long highest;
    private long lastTarget;

    /// Goes on with another source, or the same after an interruption: the next number is the last
    /// one plus one. The very first source keeps its numbers.
    void switchTo(long seq) {
        offset = started ? seq - lastTarget - 1 : 0;
        started = true;
        highest = seq - 1;
        count = 0;
        remember(seq);
    }

    /// Begins before any source does.
    void startAt(long seq) {
        started = true;
        lastTarget = seq - 1;
    }

    /// A number for a packet that no source sent; another `switchTo` must follow.
    long insert() {
        return ++lastTarget;
    }

    /// The number of a packet newer than all before.
    long forward(long seq) {
        highest = seq;
        lastTarget = seq - offset;
        return lastTarget;
    }

    /// A packet newer than all before is left out: those after it close up.
    void drop(long seq) {
        highest = seq;
        offset++;
        if (starts[newest] == seq) {
            starts[newest] = seq + 1;
            offsets[newest] = offset;
        } else {
            remember(seq + 1);
        }
    }

    /// The number of a packet that others overtook, or UNPLACED.
    long placeLate(long seq) {
        for (int i = 0; i < count; i++) {
            int slot = Math.floorMod(newest - i, HISTORY);
            if (starts[slot] <= seq) {
                return seq - offsets[slot];
            }
        }
        return UNPLACED;
    }

    boolean isStarted() {
        return started;
    }

    /// True when packets are missing before this one.
    boolean isAfterGap(long seq) {
        return seq > highest + 1;
    }

    /// True when this packet was overtaken.
    boolean isLate(long seq) {
        return seq <= highest;
    }

    long lastTarget() {
        return lastTarget;
    }

    private void remember(long from) {
        newest = count == 0 ? 0 : (newest + 1) % HISTORY;
        starts[newest] = from;
        offsets[newest] = offset;
        count = Math.min(count + 1, HISTORY);
    }
}

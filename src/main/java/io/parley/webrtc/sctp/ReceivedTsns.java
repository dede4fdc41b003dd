package io.parley.webrtc.sctp;

import java.util.Arrays;

/// Knows which TSNs came and when to say so (RFC 9260 §6.2). Owned by its Receiver.
final class ReceivedTsns {
    private static final long DELAY_NS = 200_000_000L;

    /// Farther ahead a gap block cannot tell (16-bit offsets).
    private static final int MAX_AHEAD = 65_535;

    private static final int MAX_RANGES = 4096;
    private static final int MAX_DUPLICATES = 16;
    private static final int SACK_BYTES = 16;

    private final int maxGaps;
    private final TsnRanges ranges = new TsnRanges();
    private final int[] duplicates = new int[MAX_DUPLICATES];
    private final Deadline delayed = new Deadline();
    private long cumulative;
    private int duplicateCount;
    private int packetsWaiting;
    private boolean atOnce;
    private boolean first = true;

    ReceivedTsns(int mtuBytes, int peerInitialTsn) {
        this.maxGaps = (mtuBytes - SctpPacket.HEADER_BYTES - SACK_BYTES) / 4 - MAX_DUPLICATES;
        this.cumulative = Serial.first(peerInitialTsn) - 1;
    }

    long cumulative() {
        return cumulative;
    }

    long unwrap(int tsn) {
        return Serial.unwrap(cumulative, tsn);
    }

    boolean isNext(long tsn) {
        return tsn == cumulative + 1;
    }

    /// True if a TSN is new and not too far ahead to be kept.
    boolean isWanted(long tsn) {
        return tsn > cumulative
                && tsn <= cumulative + MAX_AHEAD
                && (isNext(tsn) || ranges.count() < MAX_RANGES)
                && !ranges.contains(tsn);
    }

    void add(long tsn) {
        if (isNext(tsn)) {
            cumulative = ranges.removeThrough(tsn);
        } else {
            ranges.add(tsn);
        }
    }

    /// What came was not kept: a duplicate, or there was no room.
    void onRefused(long tsn) {
        atOnce = true;
        boolean duplicate = tsn <= cumulative || ranges.contains(tsn);
        if (duplicate && duplicateCount < MAX_DUPLICATES) {
            duplicates[duplicateCount++] = (int) tsn;
        }
    }

    /// RFC 3758 §3.6: answers false for a point that is already passed.
    boolean onForward(long newCumulative) {
        atOnce = true;
        if (newCumulative <= cumulative || newCumulative > cumulative + MAX_AHEAD) {
            return false;
        }
        cumulative = ranges.removeThrough(newCumulative);
        return true;
    }

    /// A packet with DATA ended: every second is answered at once, every one while there are gaps.
    void onPacketEnd(long nowNs, boolean immediate) {
        packetsWaiting++;
        atOnce |= immediate || first || ranges.count() > 0 || packetsWaiting >= 2;
        first = false;
        if (!delayed.isArmed()) {
            delayed.arm(nowNs + DELAY_NS);
        }
    }

    void sackAtOnce() {
        atOnce = true;
    }

    boolean isSackDue(long nowNs) {
        return atOnce || delayed.isDue(nowNs);
    }

    boolean isSackWaiting() {
        return atOnce || packetsWaiting > 0;
    }

    long nextWakeNs() {
        return delayed.dueNs();
    }

    SackChunk takeSack(long windowBytes) {
        int gapCount = Math.min(ranges.count(), maxGaps);
        int[] gaps = new int[2 * gapCount];
        for (int i = 0; i < gapCount; i++) {
            gaps[2 * i] = (int) (ranges.first(i) - cumulative);
            gaps[2 * i + 1] = (int) (ranges.last(i) - cumulative);
        }
        int[] dups = Arrays.copyOf(duplicates, duplicateCount);
        duplicateCount = 0;
        packetsWaiting = 0;
        atOnce = false;
        delayed.clear();
        return new SackChunk((int) cumulative, windowBytes, gaps, dups);
    }
}

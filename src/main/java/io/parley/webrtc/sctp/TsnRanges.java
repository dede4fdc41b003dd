package io.parley.webrtc.sctp;

import java.util.Arrays;

/// The TSNs received above the cumulative one, as sorted ranges that do not touch. Owned by its
/// ReceivedTsns.
final class TsnRanges {
    private long[] firsts = new long[8];
    private long[] lasts = new long[8];
    private int count;

    int count() {
        return count;
    }

    long first(int index) {
        return firsts[index];
    }

    long last(int index) {
        return lasts[index];
    }

    boolean contains(long tsn) {
        int index = indexAtOrBefore(tsn);
        return index >= 0 && tsn <= lasts[index];
    }

    /// Adds a TSN that is not contained.
    void add(long tsn) {
        int before = indexAtOrBefore(tsn);
        boolean joinsBefore = before >= 0 && lasts[before] == tsn - 1;
        boolean joinsAfter = before + 1 < count && firsts[before + 1] == tsn + 1;
        if (joinsBefore && joinsAfter) {
            lasts[before] = lasts[before + 1];
            remove(before + 1);
        } else if (joinsBefore) {
            lasts[before] = tsn;
        } else if (joinsAfter) {
            firsts[before + 1] = tsn;
        } else {
            insert(before + 1, tsn);
        }
    }

    /// Forgets all up to `tsn` and what follows it without a gap; answers the last one forgotten.
    long removeThrough(long tsn) {
        long reached = tsn;
        int removed = 0;
        while (removed < count && firsts[removed] <= reached + 1) {
            reached = Math.max(reached, lasts[removed]);
            removed++;
        }
        if (removed > 0) {
            System.arraycopy(firsts, removed, firsts, 0, count - removed);
            System.arraycopy(lasts, removed, lasts, 0, count - removed);
            count -= removed;
        }
        return reached;
    }

    private int indexAtOrBefore(long tsn) {
        if (count == 0 || firsts[count - 1] <= tsn) {
            return count - 1;
        }
        int found = Arrays.binarySearch(firsts, 0, count, tsn);
        return found >= 0 ? found : -found - 2;
    }

    private void insert(int index, long tsn) {
        if (count == firsts.length) {
            firsts = Arrays.copyOf(firsts, count * 2);
            lasts = Arrays.copyOf(lasts, count * 2);
        }
        System.arraycopy(firsts, index, firsts, index + 1, count - index);
        System.arraycopy(lasts, index, lasts, index + 1, count - index);
        firsts[index] = tsn;
        lasts[index] = tsn;
        count++;
    }

    private void remove(int index) {
        System.arraycopy(firsts, index + 1, firsts, index, count - index - 1);
        System.arraycopy(lasts, index + 1, lasts, index, count - index - 1);
        count--;
    }
}

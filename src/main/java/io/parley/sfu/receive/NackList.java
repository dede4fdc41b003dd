package io.parley.sfu.receive;

import java.util.Arrays;

/// Decides which missing packets to ask for again, and when (RFC 4585 §6.2.1). Owned by its
/// ReceiveStream.
///
/// Deviates: LiveKit asks only when another packet arrives; here a timer asks too, so that the loss
/// of a burst's tail is repaired.
public final class NackList {
    private static final double BACKOFF = 1.25;

    private final ReceiveSettings.Nack settings;
    private final long[] seqs;
    private final long[] dueNs;
    private final int[] tries;
    private int count;
    private long nextWakeNs = Long.MAX_VALUE;

    public NackList(ReceiveSettings.Nack settings) {
        this.settings = settings;
        this.seqs = new long[settings.maxTracked()];
        this.dueNs = new long[settings.maxTracked()];
        this.tries = new int[settings.maxTracked()];
    }

    /// The packets from `first` to before `end` are missing; the oldest of too many are given up.
    public void onGap(long nowNs, long first, long end) {
        long from = Math.max(first, end - seqs.length);
        int excess = count + (int) (end - from) - seqs.length;
        if (excess > 0) {
            removeOldest(excess);
        }
        long due = nowNs + settings.firstDelayNs();
        for (long seq = from; seq < end; seq++) {
            seqs[count] = seq;
            dueNs[count] = due;
            tries[count] = 0;
            count++;
        }
        nextWakeNs = Math.min(nextWakeNs, due);
    }

    /// A missing packet came after all.
    public void onReceived(long seq) {
        int at = Arrays.binarySearch(seqs, 0, count, seq);
        if (at >= 0) {
            remove(at);
        }
    }

    public long nextWakeNs() {
        return nextWakeNs;
    }

    /// Writes the 16-bit numbers to ask for now, in order, and answers how many.
    public int drainDue(long nowNs, long rttNs, int[] seq16s) {
        if (nowNs < nextWakeNs) {
            return 0;
        }
        int asked = 0;
        int kept = 0;
        long next = Long.MAX_VALUE;
        for (int i = 0; i < count; i++) {
            boolean due = dueNs[i] <= nowNs && asked < seq16s.length;
            if (due && tries[i] == settings.maxTries()) {
                continue;
            }
            seqs[kept] = seqs[i];
            tries[kept] = tries[i];
            dueNs[kept] = dueNs[i];
            if (due) {
                seq16s[asked++] = (int) (seqs[i] & 0xFFFF);
                tries[kept]++;
                dueNs[kept] = nowNs + retryDelayNs(rttNs, tries[kept]);
            }
            next = Math.min(next, dueNs[kept]);
            kept++;
        }
        count = kept;
        nextWakeNs = next;
        return asked;
    }

    public int size() {
        return count;
    }

    public void clear() {
        count = 0;
        nextWakeNs = Long.MAX_VALUE;
    }

    private long retryDelayNs(long rttNs, int tried) {
        double grown = rttNs * Math.pow(BACKOFF, tried - 1.0);
        return Math.max(settings.minRetryNs(), Math.min(settings.maxRetryNs(), (long) grown));
    }

    private void removeOldest(int excess) {
        int gone = Math.min(excess, count);
        count -= gone;
        System.arraycopy(seqs, gone, seqs, 0, count);
        System.arraycopy(dueNs, gone, dueNs, 0, count);
        System.arraycopy(tries, gone, tries, 0, count);
    }

    private void remove(int at) {
        count--;
        System.arraycopy(seqs, at + 1, seqs, at, count - at);
        System.arraycopy(dueNs, at + 1, dueNs, at, count - at);
        System.arraycopy(tries, at + 1, tries, at, count - at);
        if (count == 0) {
            nextWakeNs = Long.MAX_VALUE;
        }
    }
}

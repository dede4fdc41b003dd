package io.parley.webrtc.bwe;

import io.parley.webrtc.rtcp.TransportFeedback;
import io.parley.webrtc.rtcp.TransportFeedbackWriter;

/// Remembers when packets with transport-wide numbers arrived and tells the sender, one recorder
/// for all streams of a participant (media contract §3.6). Owned by its media loop.
///
/// Feedback is due when more than 20 packets are held and 100 ms have passed since the last one, or
/// more than 100 are held, or a marker came and 50 ms have passed.
///
/// Deviates: LiveKit waits for packets, however long that takes; here few packets are told by a
/// timer, 100 ms after the last feedback, so that a sender that begins slowly hears of its probes
/// and ramps up.
public final class TransportFeedbackRecorder {
    /// No feedback is longer: 20 bytes of head, and for each of 101 packets at most three chunks
    /// and a delta, but all of them never at once.
    public static final int MAX_FEEDBACK_BYTES = 1200;

    private static final int MIN_HELD = 20;
    private static final int MAX_HELD = 100;
    private static final int CAPACITY = 128;
    private static final long INTERVAL_NS = 100_000_000;
    private static final long MARKER_INTERVAL_NS = 50_000_000;
    private static final long GATHERING_NS = 50_000_000;
    private static final long NEVER = Long.MAX_VALUE;

    /// A gap longer than this is a restart of the numbers, not a loss worth telling.
    private static final int MAX_GAP = 8_000;

    private final int senderSsrc; // given

    private final TransportFeedbackWriter writer = new TransportFeedbackWriter(); // owned
    private final long[] seqs = new long[CAPACITY];
    private final long[] arrivalsNs = new long[CAPACITY];

    private int held; // state
    private int told;
    private boolean started;
    private long highestSeq;
    private long lastToldSeq = -1;
    private long lastFeedbackNs;
    private int mediaSsrc;
    private int feedbackCount;
    private boolean due;
    private long timerAtNs = NEVER;

    /// `senderSsrc` is random.
    public TransportFeedbackRecorder(int senderSsrc) {
        this.senderSsrc = senderSsrc;
    }

    /// Notes an arrival, before anything else is decided about the packet, probes included; true
    /// when feedback is due.
    public boolean onPacket(long nowNs, int seq16, int ssrc, boolean marker) {
        if (!started) {
            started = true;
            highestSeq = (1L << 16) + (seq16 & 0xFFFF);
            lastFeedbackNs = nowNs;
        }
        if (ssrc != 0) {
            mediaSsrc = ssrc;
        }
        long seq = highestSeq + (short) (seq16 - (int) highestSeq);
        highestSeq = Math.max(highestSeq, seq);
        if (told == 0 && seq > lastToldSeq && held < CAPACITY) {
            insert(seq, nowNs);
        }
        long sinceNs = nowNs - lastFeedbackNs;
        if (timerAtNs == NEVER && held > 0) {
            timerAtNs = Math.max(nowNs + GATHERING_NS, lastFeedbackNs + INTERVAL_NS);
        }
        due |= held > MAX_HELD || (held > MIN_HELD && isTime(sinceNs, marker));
        return due;
    }

    public long nextWakeNs() {
        return timerAtNs;
    }

    /// True when feedback is due.
    public boolean onTime(long nowNs) {
        due |= nowNs >= timerAtNs;
        return due;
    }

    /// True when `write` has something to tell.
    public boolean isDue() {
        return due;
    }

    /// Writes one RTCP feedback of at most `MAX_FEEDBACK_BYTES` and returns its length; 0 when all
    /// is told, which ends the round: call it until then. More than one is needed when arrivals lie
    /// too far apart for a delta.
    public int write(long nowNs, byte[] dst, int off) {
        if (!due) {
            return 0;
        }
        if (told == held) {
            held = 0;
            told = 0;
            due = false;
            timerAtNs = NEVER;
            lastFeedbackNs = nowNs;
            return 0;
        }
        int first = told;
        long base = seqs[first];
        boolean isContinued = lastToldSeq >= 0 && base - lastToldSeq <= MAX_GAP;
        long seq = isContinued ? lastToldSeq + 1 : base;
        long ticks = ticks(first) / TransportFeedback.TICKS_PER_REFERENCE;
        int reference24 = (int) ticks & 0xFFFFFF;
        ticks *= TransportFeedback.TICKS_PER_REFERENCE;
        writer.begin(
                dst, off, senderSsrc, mediaSsrc, (int) seq & 0xFFFF, reference24, feedbackCount);
        feedbackCount = (feedbackCount + 1) & 0xFF;
        while (told < held && canTell(first, seq, ticks)) {
            writer.lost((int) (seqs[told] - seq));
            writer.received(ticks(told) - ticks);
            ticks = ticks(told);
            seq = seqs[told] + 1;
            told++;
        }
        lastToldSeq = seq - 1;
        return writer.finish();
    }

    private boolean canTell(int first, long nextSeq, long ticks) {
        if (told == first) {
            return true;
        }
        return seqs[told] - nextSeq <= MAX_GAP
                && seqs[told] - seqs[first] <= 2 * MAX_GAP
                && TransportFeedbackWriter.fits(ticks(told) - ticks);
    }

    private static boolean isTime(long sinceNs, boolean marker) {
        return sinceNs >= INTERVAL_NS || (marker && sinceNs >= MARKER_INTERVAL_NS);
    }

    private long ticks(int i) {
        return arrivalsNs[i] / TransportFeedback.TICK_NS;
    }

    /// Ascending by number; the first arrival of a number counts.
    private void insert(long seq, long arrivalNs) {
        int at = held;
        while (at > 0 && seqs[at - 1] > seq) {
            at--;
        }
        if (at > 0 && seqs[at - 1] == seq) {
            return;
        }
        System.arraycopy(seqs, at, seqs, at + 1, held - at);
        System.arraycopy(arrivalsNs, at, arrivalsNs, at + 1, held - at);
        seqs[at] = seq;
        arrivalsNs[at] = arrivalNs;
        held++;
    }
}

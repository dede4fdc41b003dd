package io.parley.metrics;

import java.util.concurrent.atomic.LongAdder;

/// What crosses the media ports, what was sent again or asked for again, and how many peers live on
/// the loops. Any thread may read; media loops write.
public final class MediaCounters {
    private final DropCounters drops = new DropCounters();
    private final LongAdder datagramsIn = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder datagramsOut = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder retransmitted = new LongAdder();
    private final LongAdder retransmittedBytes = new LongAdder();
    private final Feedback feedbackIn = new Feedback();
    private final Feedback feedbackOut = new Feedback();
    private final LongAdder peers = new LongAdder();

    /// Requests of one direction: for packets (RFC 4585 §6.2.1), for key frames (§6.3.1, RFC 5104
    /// §4.3.1).
    public static final class Feedback {
        private final LongAdder nacks = new LongAdder();
        private final LongAdder plis = new LongAdder();
        private final LongAdder firs = new LongAdder();

        private Feedback() {}

        public void addNacks(long count) {
            nacks.add(count);
        }

        public void addPlis(long count) {
            plis.add(count);
        }

        public void addFirs(long count) {
            firs.add(count);
        }

        public long nacks() {
            return nacks.sum();
        }

        public long plis() {
            return plis.sum();
        }

        public long firs() {
            return firs.sum();
        }
    }

    public DropCounters drops() {
        return drops;
    }

    /// One batch's worth at a time, so that the packet's way touches no shared counter.
    public void addIn(long datagrams, long bytes) {
        datagramsIn.add(datagrams);
        bytesIn.add(bytes);
    }

    public void addOut(long datagrams, long bytes) {
        datagramsOut.add(datagrams);
        bytesOut.add(bytes);
    }

    /// Packets among the outgoing ones that were sent before.
    public void addRetransmitted(long packets, long bytes) {
        retransmitted.add(packets);
        retransmittedBytes.add(bytes);
    }

    /// What subscribers ask of us.
    public Feedback feedbackIn() {
        return feedbackIn;
    }

    /// What we ask of publishers.
    public Feedback feedbackOut() {
        return feedbackOut;
    }

    public void addPeers(int change) {
        peers.add(change);
    }

    public long datagramsIn() {
        return datagramsIn.sum();
    }

    public long bytesIn() {
        return bytesIn.sum();
    }

    public long datagramsOut() {
        return datagramsOut.sum();
    }

    public long bytesOut() {
        return bytesOut.sum();
    }

    public long retransmitted() {
        return retransmitted.sum();
    }

    public long retransmittedBytes() {
        return retransmittedBytes.sum();
    }

    public long peers() {
        return peers.sum();
    }
}

package io.parley.metrics;

import java.util.concurrent.atomic.LongAdder;

/// What crosses the media ports, and how many peers live on the loops. Any thread may read; media
/// loops write.
public final class MediaCounters {
    private final DropCounters drops = new DropCounters();
    private final LongAdder datagramsIn = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder datagramsOut = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder peers = new LongAdder();

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

    public long peers() {
        return peers.sum();
    }
}

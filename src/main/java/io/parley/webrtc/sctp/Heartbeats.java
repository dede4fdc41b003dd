package io.parley.webrtc.sctp;

import java.util.random.RandomGenerator;

/// Asks now and then whether the path still is there, to know its round trip (RFC 9260 §8.3); ICE
/// decides whether the peer is gone. Owned by its SctpAssociation.
final class Heartbeats {
    private static final long INTERVAL_NS = 30_000_000_000L;
    private static final int INFO_BYTES = 16;

    private final long nonce;
    private final Deadline due = new Deadline();
    private long outstandingNs = -1;

    Heartbeats(RandomGenerator random) {
        this.nonce = random.nextLong();
    }

    void start(long nowNs) {
        due.arm(nowNs + INTERVAL_NS);
    }

    void stop() {
        due.clear();
    }

    long nextWakeNs() {
        return due.dueNs();
    }

    void onTime(long nowNs, PacketOut out) {
        if (!due.isDue(nowNs)) {
            return;
        }
        due.arm(nowNs + INTERVAL_NS);
        outstandingNs = nowNs;
        // The HEARTBEAT chunk holds one parameter of type 1 (RFC 9260 §3.3.5).
        WireWriter info = new WireWriter(4 + INFO_BYTES);
        info.u16(1);
        info.u16(4 + INFO_BYTES);
        info.i64(nonce);
        info.i64(nowNs);
        out.add(new SctpChunk.Heartbeat(Octets.copyOf(info.toArray())));
    }

    /// The round trip that an answer shows, or -1 if it answers nothing we asked.
    long onAck(long nowNs, Octets info) {
        if (info.length() != 4 + INFO_BYTES || outstandingNs < 0) {
            return -1;
        }
        WireReader in = new WireReader(info.toArray(), 4, INFO_BYTES);
        if (in.i64() != nonce || in.i64() != outstandingNs) {
            return -1;
        }
        long rttNs = nowNs - outstandingNs;
        outstandingNs = -1;
        return rttNs;
    }
}

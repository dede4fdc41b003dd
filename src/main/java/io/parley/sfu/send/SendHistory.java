package io.parley.sfu.send;

import java.util.Arrays;

/// What was sent under which number: enough to send it again out of the publisher's ring (media.md
/// §4.6). Payloads are not kept. Owned by its SendStream.
final class SendHistory {
    static final int ABSENT = -1;

    private static final int MAX_RETRANSMITS = 3;
    private static final long MAX_IGNORE_NS = 100_000_000L;
    private static final int ARENA_BYTES = 16_384;
    private static final int MARKER = 1;
    private static final int SIDE_CODEC = 2;
    private static final int DATED = 4;
    private static final byte[] NOTHING = new byte[0];

    private final int capacity;
    private final int[] seqs;
    private final long[] sourceSeqs;
    private final int[] timestamps;
    private final int[] sentMs;
    private final byte[] flags;
    private final byte[] layers;
    private final byte[] tries;
    private final byte[] headLengths;
    private final byte[] skips;
    private final byte[] heads;
    private final int[] descriptorAts;
    private final short[] descriptorLengths;
    private final int[] sendTimes;
    private final short[] transportSeqs;
    private byte[] arena = NOTHING;
    private int arenaEnd;

    /// `keepsStamps` where a repeat must be the same packet, moment of sending included.
    SendHistory(int capacity, boolean keepsStamps) {
        this.capacity = capacity;
        this.seqs = new int[capacity];
        this.sourceSeqs = new long[capacity];
        this.timestamps = new int[capacity];
        this.sentMs = new int[capacity];
        this.flags = new byte[capacity];
        this.layers = new byte[capacity];
        this.tries = new byte[capacity];
        this.headLengths = new byte[capacity];
        this.skips = new byte[capacity];
        this.heads = new byte[capacity * OutgoingPacket.MAX_CODEC_HEAD];
        this.descriptorAts = new int[capacity];
        this.descriptorLengths = new short[capacity];
        this.sendTimes = new int[keepsStamps ? capacity : 0];
        this.transportSeqs = new short[keepsStamps ? capacity : 0];
    }

    boolean keepsStamps() {
        return sendTimes.length > 0;
    }

    void put(OutgoingPacket p) {
        int slot = (int) (p.seq % capacity);
        seqs[slot] = (int) p.seq;
        sourceSeqs[slot] = p.sourceSeq;
        timestamps[slot] = p.timestamp;
        sentMs[slot] = millis(p.nowNs);
        flags[slot] =
                (byte)
                        ((p.marker ? MARKER : 0)
                                | (p.sideCodec ? SIDE_CODEC : 0)
                                | (p.captureNtp != 0 ? DATED : 0));
        layers[slot] = (byte) p.layer;
        tries[slot] = 0;
        headLengths[slot] = (byte) p.codecHeadLength;
        skips[slot] = (byte) p.codecSkip;
        int headAt = slot * OutgoingPacket.MAX_CODEC_HEAD;
        for (int i = 0; i < p.codecHeadLength; i++) {
            heads[headAt + i] = p.codecHead[i];
        }
        descriptorLengths[slot] = (short) p.descriptorLength;
        if (p.descriptorLength > 0) {
            keepDescriptor(slot, p);
        }
        if (sendTimes.length > 0) {
            sendTimes[slot] = p.sendTime24;
            transportSeqs[slot] = (short) p.transportSeq16;
        }
    }

    /// The slot of a packet that may be sent again now, which counts as done.
    int take(long nowNs, long seq, long rttNs) {
        if (seq < 0) {
            return ABSENT;
        }
        int slot = (int) (seq % capacity);
        if (seqs[slot] != (int) seq || tries[slot] >= MAX_RETRANSMITS) {
            return ABSENT;
        }
        int sinceMs = millis(nowNs) - sentMs[slot];
        if (sinceMs * 1_000_000L < Math.min(MAX_IGNORE_NS, 2 * rttNs)) {
            return ABSENT;
        }
        if (isDescriptorGone(slot)) {
            return ABSENT;
        }
        tries[slot]++;
        sentMs[slot] = millis(nowNs);
        return slot;
    }

    void clear() {
        Arrays.fill(tries, (byte) MAX_RETRANSMITS);
    }

    /// Whether the packet said when it was captured.
    boolean isDated(int slot) {
        return (flags[slot] & DATED) != 0;
    }

    /// Everything but the payload.
    void restore(int slot, long nowNs, long seq, OutgoingPacket into) {
        into.begin(nowNs, layers[slot], sourceSeqs[slot]);
        into.seq = seq;
        into.timestamp = timestamps[slot];
        into.marker = (flags[slot] & MARKER) != 0;
        into.sideCodec = (flags[slot] & SIDE_CODEC) != 0;
        into.codecHeadLength = headLengths[slot];
        into.codecSkip = skips[slot];
        int headAt = slot * OutgoingPacket.MAX_CODEC_HEAD;
        System.arraycopy(heads, headAt, into.codecHead, 0, into.codecHeadLength);
        into.descriptorLength = descriptorLengths[slot];
        if (into.descriptorLength > 0) {
            int at = descriptorAts[slot] & (ARENA_BYTES - 1);
            System.arraycopy(arena, at, into.descriptor, 0, into.descriptorLength);
        }
        if (sendTimes.length > 0) {
            into.sendTime24 = sendTimes[slot];
            into.transportSeq16 = transportSeqs[slot] & 0xFFFF;
        }
    }

    private void keepDescriptor(int slot, OutgoingPacket p) {
        if (arena.length == 0) {
            arena = new byte[ARENA_BYTES];
        }
        int at = arenaEnd & (ARENA_BYTES - 1);
        if (at + p.descriptorLength > ARENA_BYTES) {
            arenaEnd += ARENA_BYTES - at;
            at = 0;
        }
        System.arraycopy(p.descriptor, 0, arena, at, p.descriptorLength);
        descriptorAts[slot] = arenaEnd;
        arenaEnd += p.descriptorLength;
    }

    private boolean isDescriptorGone(int slot) {
        return descriptorLengths[slot] > 0 && arenaEnd - descriptorAts[slot] > ARENA_BYTES;
    }

    private static int millis(long nowNs) {
        return (int) (nowNs / 1_000_000);
    }
}

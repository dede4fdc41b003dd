package io.parley.sfu.receive;

import java.util.Arrays;

/// The payloads of one layer, each kept once for every subscriber and every retransmission. Slots
/// are reused, and their memory is taken with the first packet; a sequence number finds its slot by
/// remainder. Owned by its ReceiveStream.
public final class PacketRing {
    /// Largest payload that is kept.
    public static final int SLOT_BYTES = 1500;

    /// No such packet.
    public static final int ABSENT = -1;

    private static final byte[] NOTHING = new byte[0];

    private final int maxCapacity;
    private int capacity;
    private byte[] bytes;
    private long[] seqs;
    private short[] lengths;
    private long[] captureTimes;
    private long highest = -1;

    public PacketRing(int capacity, int maxCapacity) {
        this.capacity = capacity;
        this.maxCapacity = maxCapacity;
        this.bytes = NOTHING;
        this.seqs = new long[capacity];
        this.lengths = new short[capacity];
        this.captureTimes = new long[capacity];
        Arrays.fill(seqs, -1);
    }

    /// Copies a payload in; answers its slot, or ABSENT for a duplicate and for one older than the
    /// ring reaches. A packet without payload takes a slot too, so that its repetition is noticed.
    public int put(long seq, byte[] src, int off, int length, long captureNtp) {
        if (seq <= highest - capacity) {
            return ABSENT;
        }
        int slot = (int) (seq % capacity);
        if (seqs[slot] == seq) {
            return ABSENT;
        }
        if (bytes.length == 0) {
            bytes = new byte[capacity * SLOT_BYTES];
        }
        System.arraycopy(src, off, bytes, slot * SLOT_BYTES, length);
        seqs[slot] = seq;
        lengths[slot] = (short) length;
        captureTimes[slot] = captureNtp;
        highest = Math.max(highest, seq);
        return slot;
    }

    /// The slot of a packet, or ABSENT.
    public int find(long seq) {
        if (seq < 0) {
            return ABSENT;
        }
        int slot = (int) (seq % capacity);
        return seqs[slot] == seq ? slot : ABSENT;
    }

    /// Tells a duplicate from a packet that is too old, after `put` refused it.
    public boolean contains(long seq) {
        return find(seq) != ABSENT;
    }

    public byte[] bytes() {
        return bytes;
    }

    public int offset(int slot) {
        return slot * SLOT_BYTES;
    }

    public int length(int slot) {
        return lengths[slot];
    }

    /// The absolute capture time that came with the packet, 0 without.
    public long captureNtp(int slot) {
        return captureTimes[slot];
    }

    public int capacity() {
        return capacity;
    }

    /// Makes room for one second at that rate, step by step up to the most. Not on the hot path.
    public void growFor(double packetsPerSecond, int step) {
        if (packetsPerSecond <= capacity || capacity >= maxCapacity) {
            return;
        }
        PacketRing larger = new PacketRing(Math.min(capacity + step, maxCapacity), maxCapacity);
        for (int slot = 0; slot < capacity; slot++) {
            if (seqs[slot] >= 0 && seqs[slot] > highest - capacity) {
                larger.put(seqs[slot], bytes, offset(slot), lengths[slot], captureTimes[slot]);
            }
        }
        capacity = larger.capacity;
        bytes = larger.bytes;
        seqs = larger.seqs;
        lengths = larger.lengths;
        captureTimes = larger.captureTimes;
    }

    /// Forgets everything; the memory stays.
    public void clear() {
        Arrays.fill(seqs, -1);
        highest = -1;
    }
}

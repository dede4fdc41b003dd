package io.parley.media;

import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/// Sealed packets of one peer between a batch and its flush, side by side, so that runs of them can
/// leave in one go. Its memory is borrowed from the loop from the first packet of a batch to the
/// flush. Owned by its peer.
final class SendArea {
    static final int SLOTS = 32;
    static final int SLOT_BYTES = 1536;

    /// Room for the longest SRTP or SRTCP trailer.
    static final int OVERHEAD_BYTES = 32;

    private static final byte[] NONE = new byte[0];

    private final Memory memory;
    private final int[] lengths = new int[SLOTS];

    private byte[] bytes = NONE;
    private int count;
    private @Nullable EncodedAddress destination;

    /// The send memory of a loop: as many pieces as peers ever had packets in one batch. Owned by
    /// its media loop.
    static final class Memory {
        private final ArrayDeque<byte[]> free = new ArrayDeque<>();

        private byte[] take() {
            byte[] piece = free.poll();
            return piece == null ? new byte[SLOTS * SLOT_BYTES] : piece;
        }
    }

    SendArea(Memory memory) {
        this.memory = memory;
    }

    /// Where the next packet may be written: offset into [#bytes()], with [#SLOT_BYTES] of room.
    int nextSlot() {
        if (bytes.length == 0) {
            bytes = memory.take();
        }
        return offset(count);
    }

    byte[] bytes() {
        return bytes;
    }

    void commit(int length) {
        lengths[count++] = length;
    }

    boolean isFull() {
        return count == SLOTS;
    }

    int count() {
        return count;
    }

    int offset(int slot) {
        return slot * SLOT_BYTES;
    }

    int length(int slot) {
        return lengths[slot];
    }

    /// How many packets from this one on are equally long, a shorter last one included.
    int runFrom(int first) {
        int end = first + 1;
        while (end < count && lengths[end] == lengths[first]) {
            end++;
        }
        return end < count && lengths[end] < lengths[first] ? end + 1 - first : end - first;
    }

    /// The address as the kernel reads it, made when it changes.
    EncodedAddress encoded(InetSocketAddress remote) {
        EncodedAddress known = destination;
        if (known == null || !known.isOf(remote)) {
            known = new EncodedAddress(remote);
            destination = known;
        }
        return known;
    }

    void flush(DatagramSink sink, InetSocketAddress remote) {
        try {
            if (count > 0) {
                sink.sendAll(remote, this);
            }
        } finally {
            clear();
        }
    }

    void clear() {
        count = 0;
        if (bytes.length > 0) {
            memory.free.push(bytes);
            bytes = NONE;
        }
    }
}

package io.parley.media;

import java.net.InetSocketAddress;

/// Sealed packets of one peer between a batch and its flush, side by side, so that a later port can
/// send runs of them in one go. Takes memory with the first packet only. Owned by its peer.
final class SendArea {
    static final int SLOTS = 32;
    static final int SLOT_BYTES = 1536;

    /// Room for the longest SRTP or SRTCP trailer.
    static final int OVERHEAD_BYTES = 32;

    private static final byte[] NONE = new byte[0];

    private byte[] bytes = NONE;
    private final int[] lengths = new int[SLOTS];
    private int count;

    /// Where the next packet may be written: offset into [#bytes()], with [#SLOT_BYTES] of room.
    int nextSlot() {
        if (bytes.length == 0) {
            bytes = new byte[SLOTS * SLOT_BYTES];
        }
        return count * SLOT_BYTES;
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

    void flush(DatagramSink sink, InetSocketAddress remote) {
        for (int i = 0; i < count; i++) {
            sink.send(remote, bytes, i * SLOT_BYTES, lengths[i]);
        }
        count = 0;
    }

    void clear() {
        count = 0;
    }
}

package io.parley.webrtc.srtp;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Per-stream state by SSRC: open addressing, no boxing, bounded. When it is full, the stream that
/// was used longest ago makes room. Owned by its sealer or opener.
final class SsrcTable<S extends SsrcTable.Stream> {
    /// What is kept about a stream.
    abstract static sealed class Stream
            permits StreamIndex,
                    ReplayWindow,
                    JitsiCipher.JitsiStream,
                    JitsiCipher.JitsiControlStream {
        private final int ssrc;
        private long lastUse;

        Stream(int ssrc) {
            this.ssrc = ssrc;
        }
    }

    private static final int FIRST_CAPACITY = 16;

    private final int maxStreams;

    private @Nullable Stream[] slots = new @Nullable Stream[FIRST_CAPACITY];
    private int size;
    private long uses;

    SsrcTable(int maxStreams) {
        this.maxStreams = maxStreams;
    }

    @SuppressWarnings("unchecked") // only S is ever added
    @Nullable S find(int ssrc) {
        int mask = slots.length - 1;
        for (int i = hash(ssrc) & mask; ; i = (i + 1) & mask) {
            Stream stream = slots[i];
            if (stream == null) {
                return null;
            }
            if (stream.ssrc == ssrc) {
                stream.lastUse = ++uses;
                return (S) stream;
            }
        }
    }

    /// Adds a stream whose SSRC is not in the table.
    void add(S stream) {
        if (size == maxStreams) {
            dropStalest();
        }
        if (2 * (size + 1) > slots.length) {
            rehash(2 * slots.length, null);
        }
        Stream added = stream;
        added.lastUse = ++uses;
        place(added);
        size++;
    }

    int size() {
        return size;
    }

    private void dropStalest() {
        Stream stalest = null;
        for (Stream stream : slots) {
            if (stream != null && (stalest == null || stream.lastUse < stalest.lastUse)) {
                stalest = stream;
            }
        }
        rehash(slots.length, stalest);
        size--;
    }

    private void rehash(int capacity, @Nullable Stream without) {
        @Nullable Stream[] old = Arrays.copyOf(slots, slots.length);
        slots = new @Nullable Stream[capacity];
        for (Stream stream : old) {
            if (stream != null && stream != without) {
                place(stream);
            }
        }
    }

    private void place(Stream stream) {
        int mask = slots.length - 1;
        int i = hash(stream.ssrc) & mask;
        while (slots[i] != null) {
            i = (i + 1) & mask;
        }
        slots[i] = stream;
    }

    private static int hash(int ssrc) {
        int mixed = ssrc * 0x9e3779b9;
        return mixed ^ (mixed >>> 16);
    }
}

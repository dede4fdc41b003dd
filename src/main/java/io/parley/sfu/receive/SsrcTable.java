package io.parley.sfu.receive;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A small map from SSRC to what it belongs to, without boxing and bounded. Owned by its router.
public final class SsrcTable<V> {
    private static final int SMALLEST = 16;

    private final int maxSize;

    private int[] keys = new int[SMALLEST];
    private @Nullable Object[] values = new Object[SMALLEST];
    private int size;

    public SsrcTable(int maxSize) {
        this.maxSize = maxSize;
    }

    @SuppressWarnings("unchecked")
    public @Nullable V get(int ssrc) {
        return (V) values[slotOf(ssrc)];
    }

    /// Answers false when the table is full.
    public boolean put(int ssrc, V value) {
        int slot = slotOf(ssrc);
        if (values[slot] != null) {
            values[slot] = value;
            return true;
        }
        if (size >= maxSize) {
            return false;
        }
        keys[slot] = ssrc;
        values[slot] = value;
        size++;
        if (size * 2 > keys.length) {
            rebuild(keys.length * 2);
        }
        return true;
    }

    public void remove(int ssrc) {
        int slot = slotOf(ssrc);
        if (values[slot] != null) {
            values[slot] = null;
            size--;
            rebuild(keys.length);
        }
    }

    public int size() {
        return size;
    }

    private int slotOf(int ssrc) {
        int mask = keys.length - 1;
        int slot = (ssrc * 0x9E3779B9) >>> 16 & mask;
        while (values[slot] != null && keys[slot] != ssrc) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /// Probing chains must have no holes.
    private void rebuild(int capacity) {
        int[] oldKeys = keys;
        @Nullable Object[] oldValues = Arrays.copyOf(values, values.length);
        keys = new int[capacity];
        values = new Object[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = slotOf(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}

package io.parley.media;

import java.util.Arrays;
import java.util.List;

/// A loop's peers and when each wants its timers, side by side as numbers: a tick over thousands of
/// peers touches only those that are due. Owned by its media loop.
final class WakeTable {
    static final int NO_SLOT = -1;

    private static final int FIRST_SLOTS = 64;

    private Peer[] peers = new Peer[FIRST_SLOTS];
    private long[] wakeNs = new long[FIRST_SLOTS];
    private int size;

    int size() {
        return size;
    }

    List<Peer> all() {
        return List.of(Arrays.copyOf(peers, size));
    }

    void add(Peer peer) {
        if (size == peers.length) {
            peers = Arrays.copyOf(peers, 2 * size);
            wakeNs = Arrays.copyOf(wakeNs, 2 * size);
        }
        put(size, peer, peer.nextWakeNs());
        size++;
    }

    /// The last one takes the free slot. False if it was not there.
    boolean remove(Peer peer) {
        int slot = peer.wakeSlot();
        if (slot == NO_SLOT) {
            return false;
        }
        size--;
        put(slot, peers[size], wakeNs[size]);
        Arrays.fill(peers, size, size + 1, null);
        peer.wakeSlot(NO_SLOT);
        return true;
    }

    private void put(int slot, Peer peer, long atNs) {
        peers[slot] = peer;
        wakeNs[slot] = atNs;
        peer.wakeSlot(slot);
    }

    void wakeBy(Peer peer, long atNs) {
        int slot = peer.wakeSlot();
        if (slot != NO_SLOT && atNs < wakeNs[slot]) {
            wakeNs[slot] = atNs;
        }
    }

    /// Asks every peer.
    void refresh() {
        for (int slot = 0; slot < size; slot++) {
            wakeNs[slot] = peers[slot].nextWakeNs();
        }
    }

    /// Runs what is due and answers when the next is. A fault ends its peer only.
    long wake(long nowNs) {
        long next = Long.MAX_VALUE;
        for (int slot = size - 1; slot >= 0; slot--) {
            if (wakeNs[slot] <= nowNs) {
                onTime(nowNs, peers[slot]);
            }
            if (slot < size) {
                next = Math.min(next, wakeNs[slot]);
            }
        }
        return next;
    }

    private void onTime(long nowNs, Peer peer) {
        try {
            peer.onTime(nowNs);
        } catch (RuntimeException e) {
            peer.onFault(e);
        }
        int slot = peer.wakeSlot();
        if (slot != NO_SLOT) {
            wakeNs[slot] = peer.nextWakeNs();
        }
    }
}

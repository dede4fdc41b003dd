package io.parley.sfu.allocate;

import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.SendId;

/// Decides what each forwarder of one subscriber may send. The estimate of its bandwidth comes in
/// as a number; today every wish is granted. Owned by its SendRouter.
public final class Allocator {
    private long estimateBps = Long.MAX_VALUE;

    /// The newest estimate, from REMB or our own.
    public void onEstimate(long bitrateBps) {
        estimateBps = bitrateBps;
    }

    public long estimateBps() {
        return estimateBps;
    }

    public Allocation allocate(SendId id, LayerWish wish) {
        return Allocation.ofWish(wish);
    }
}

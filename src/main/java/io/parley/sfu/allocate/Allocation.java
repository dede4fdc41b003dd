package io.parley.sfu.allocate;

import io.parley.webrtc.ortc.LayerWish;

/// What a forwarder may send now. `paused` is the server's doing, for want of bandwidth; a wish
/// that is disabled is the subscriber's.
public record Allocation(boolean paused, int maxSpatial, int maxTemporal) {
    /// Nothing limits the subscriber: it gets what it wished.
    public static Allocation ofWish(LayerWish wish) {
        return new Allocation(wish.disabled(), wish.maxSpatial(), wish.maxTemporal());
    }
}

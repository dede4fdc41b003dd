package io.parley.webrtc.ortc;

/// The most a subscriber wants of a track: nothing at all, or up to these layers (spatial 0 to 2,
/// temporal 0 to 3).
public record LayerWish(boolean disabled, int maxSpatial, int maxTemporal) {
    public static final int TOP_SPATIAL = 2;
    public static final int TOP_TEMPORAL = 3;
    public static final LayerWish ALL = new LayerWish(false, TOP_SPATIAL, TOP_TEMPORAL);
    public static final LayerWish NOTHING = new LayerWish(true, TOP_SPATIAL, TOP_TEMPORAL);
}

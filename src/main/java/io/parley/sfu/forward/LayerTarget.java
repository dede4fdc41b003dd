package io.parley.sfu.forward;

/// Where a selector is to go. Owned by its Forwarder, read by the selector.
final class LayerTarget {
    /// The spatial layer aimed at: the best live one.
    int spatial;

    /// The most allowed; what is above is left as soon as something lower can be decoded.
    int maxSpatial;

    int temporal;
}

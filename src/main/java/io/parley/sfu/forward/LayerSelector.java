package io.parley.sfu.forward;

import io.parley.sfu.receive.SourcePacket;

/// Keeps, drops or switches: one variant for each way in which codecs carry layers.
interface LayerSelector {
    int NONE = -1;

    LayerDecision select(SourcePacket packet);

    /// The spatial layer forwarded now, NONE before the first key frame.
    int currentSpatial();

    /// The highest temporal layer forwarded now.
    int currentTemporal();

    /// The decode targets that this subscriber can decode now, bit by target; 0 where a codec or a
    /// mode knows none.
    default int forwardedTargets() {
        return 0;
    }

    /// Nothing that was sent can be built upon: starts again with a key frame.
    void resync();
}

package io.parley.sfu.receive;

/// What a source's packets go to: one forwarder per subscriber. Called on the source's media loop.
public interface PacketTarget {
    void onPacket(SourcePacket packet);

    /// A packet without payload used up a number of that layer.
    void onPadding(int layer, long seq);

    /// A layer came or went.
    void onLayersChanged(long nowNs);

    void onMuteChanged(long nowNs, boolean muted);

    /// The source's codec became known, or is another one now.
    void onCodecChanged(long nowNs);

    /// Our bug in one of the above. This target alone ends, and not within the call: its source is
    /// walking its targets.
    void onFault(RuntimeException fault);
}

package io.parley.cluster;

/// What crosses a node's media ports: in all, or in a second.
///
/// @param nacks packets that subscribers asked for again
/// @param retransmitted packets among the outgoing ones that were sent before
public record Traffic(
        long packetsIn,
        long packetsOut,
        long bytesIn,
        long bytesOut,
        long nacks,
        long retransmitted) {
    public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0, 0);

    /// What came since then, for each second.
    public Traffic perSecondSince(Traffic then, double seconds) {
        if (seconds <= 0) {
            return NONE;
        }
        return new Traffic(
                Math.round((packetsIn - then.packetsIn) / seconds),
                Math.round((packetsOut - then.packetsOut) / seconds),
                Math.round((bytesIn - then.bytesIn) / seconds),
                Math.round((bytesOut - then.bytesOut) / seconds),
                Math.round((nacks - then.nacks) / seconds),
                Math.round((retransmitted - then.retransmitted) / seconds));
    }
}

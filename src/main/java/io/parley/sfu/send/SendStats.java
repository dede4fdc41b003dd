package io.parley.sfu.send;

import io.parley.webrtc.ortc.SendId;

/// What left of one forwarded track since it was last asked. Loss is as the subscriber reports it;
/// `layerDistance` is the average of how far the forwarded layer stayed below the wished one;
/// `reportAgeMs` is the time since its last report, -1 for never, as `rttMs` is while unknown.
public record SendStats(
        SendId id,
        long packets,
        long packetsLost,
        long bytes,
        double layerDistance,
        int rttMs,
        int reportAgeMs) {}

package io.parley.sfu.receive;

import io.parley.webrtc.ortc.SourceId;

/// What arrived of one source since it was last asked; `rttMs` is -1 while unknown.
public record SourceStats(
        SourceId source,
        String mimeType,
        long packets,
        long packetsLost,
        long bytes,
        double jitterMs,
        int rttMs) {}

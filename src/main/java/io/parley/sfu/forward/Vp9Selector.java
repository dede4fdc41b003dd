package io.parley.sfu.forward;

import io.parley.sfu.receive.SourcePacket;
import io.parley.webrtc.codec.Vp9Descriptor;

/// VP9 spatial and temporal layers on one SSRC, by its payload descriptor (media.md §4.3). Owned by
/// its Forwarder.
///
/// | change | when |
/// |---|---|
/// | start | key frame |
/// | temporal up | begin of a frame that may be switched up to (B and U) |
/// | spatial up | begin of a frame without inter-picture prediction (B and not P) |
/// | down | end of a frame (E) |
final class Vp9Selector implements LayerSelector {
    private final LayerTarget target;

    private int spatial = NONE;
    private int temporal;

    Vp9Selector(LayerTarget target) {
        this.target = target;
    }

    @Override
    public LayerDecision select(SourcePacket packet) {
        if (packet.peek().isMalformed()) {
            return LayerDecision.DROP;
        }
        Vp9Descriptor d = packet.peek().vp9();
        if (packet.isRestarted()) {
            resync();
        }
        boolean starts = spatial == NONE;
        if (starts && (!packet.isKeyFrame() || packet.isLate())) {
            return LayerDecision.DROP;
        }
        if (starts) {
            spatial = d.spatialId();
            temporal = d.temporalId();
        } else if (!packet.isLate()) {
            climb(d);
        }
        if (d.spatialId() > spatial || d.temporalId() > temporal) {
            return LayerDecision.DROP;
        }
        boolean top = d.spatialId() == spatial;
        boolean settled = d.isInterPredicted() || target.spatial <= spatial;
        boolean marks = packet.marker() || (d.endsFrame() && top && settled);
        if (d.endsFrame() && !packet.isLate()) {
            descend();
        }
        return LayerDecision.forward(starts, marks);
    }

    @Override
    public int currentSpatial() {
        return spatial;
    }

    @Override
    public int currentTemporal() {
        return temporal;
    }

    @Override
    public void resync() {
        spatial = NONE;
    }

    private void climb(Vp9Descriptor d) {
        if (!d.startsFrame()) {
            return;
        }
        int tid = d.temporalId();
        if (d.isSwitchingUp() && tid > temporal && tid <= target.temporal) {
            temporal = tid;
        }
        int sid = d.spatialId();
        if (!d.isInterPredicted() && sid > spatial && sid <= target.spatial) {
            spatial = sid;
        }
    }

    private void descend() {
        temporal = Math.min(temporal, target.temporal);
        spatial = Math.min(spatial, target.spatial);
    }
}

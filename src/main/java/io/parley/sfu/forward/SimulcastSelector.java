package io.parley.sfu.forward;

import io.parley.sfu.receive.SourcePacket;
import io.parley.webrtc.codec.Codec;

/// One SSRC a layer: switches on key frames only, and starts with the first one that is not too
/// high (media.md §4.3). VP8's temporal layers are dropped later by its munger; when they may
/// change is decided here. Owned by its Forwarder.
final class SimulcastSelector implements LayerSelector {
    private final LayerTarget target;

    private int current = NONE;
    private int temporal;

    SimulcastSelector(LayerTarget target) {
        this.target = target;
    }

    @Override
    public LayerDecision select(SourcePacket packet) {
        int layer = packet.layer();
        if (packet.isRestarted() && layer == current) {
            resync();
        }
        boolean begun = layer == current;
        if (!begun && !mayStartWith(packet)) {
            return LayerDecision.DROP;
        }
        if (!begun) {
            current = layer;
            temporal = target.temporal;
            return LayerDecision.SWITCH;
        }
        if (packet.codec() == Codec.VP8) {
            chooseTemporal(packet);
        }
        return LayerDecision.FORWARD;
    }

    @Override
    public int currentSpatial() {
        return current;
    }

    @Override
    public int currentTemporal() {
        return temporal;
    }

    @Override
    public void resync() {
        current = NONE;
    }

    private boolean mayStartWith(SourcePacket packet) {
        if (!packet.isKeyFrame() || packet.isLate()) {
            return false;
        }
        int layer = packet.layer();
        boolean up = current < layer && layer <= target.spatial;
        boolean down = target.spatial <= layer && layer < current;
        boolean back = current > target.maxSpatial && layer <= target.maxSpatial;
        return up || down || back;
    }

    /// Up with the first packet of a picture of the wanted layers, down after a whole picture.
    private void chooseTemporal(SourcePacket packet) {
        if (packet.isLate() || temporal == target.temporal) {
            return;
        }
        int told = packet.peek().temporalId();
        if (temporal < target.temporal) {
            boolean joins = packet.peek().startOfFrame() && told > temporal;
            temporal = joins && told <= target.temporal ? told : temporal;
        } else if (packet.peek().startOfFrame()) {
            temporal = target.temporal;
        }
    }
}

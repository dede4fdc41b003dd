package io.parley.sfu.forward;

import io.parley.sfu.receive.SourcePacket;

/// Several spatial layers on one SSRC: by dependency descriptor once a structure was seen, else by
/// what the codec itself tells (media.md §4.3). Owned by its Forwarder.
final class SvcSelector implements LayerSelector {
    private final DescriptorSelector described;
    private final LayerSelector plain;
    private boolean usesDescriptor;

    SvcSelector(LayerTarget target, LayerSelector plain) {
        this.described = new DescriptorSelector(target);
        this.plain = plain;
    }

    /// The way is chosen anew with each start, and kept until the next.
    @Override
    public LayerDecision select(SourcePacket packet) {
        boolean announces = packet.hasDescriptor() && packet.descriptor().hasStructure();
        if (currentSpatial() == NONE || (announces && !usesDescriptor)) {
            if (!usesDescriptor && announces) {
                described.resync();
            }
            usesDescriptor = packet.hasDescriptor();
        }
        return usesDescriptor ? described.select(packet) : plain.select(packet);
    }

    @Override
    public int currentSpatial() {
        return usesDescriptor ? described.currentSpatial() : plain.currentSpatial();
    }

    @Override
    public int currentTemporal() {
        return usesDescriptor ? described.currentTemporal() : plain.currentTemporal();
    }

    @Override
    public int forwardedTargets() {
        return usesDescriptor ? described.forwardedTargets() : 0;
    }

    @Override
    public void resync() {
        described.resync();
        plain.resync();
    }
}

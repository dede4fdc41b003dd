package io.parley.sfu.forward;

import io.parley.sfu.receive.SourcePacket;
import io.parley.webrtc.codec.DependencyDescriptor;
import io.parley.webrtc.codec.DependencyStructure;
import io.parley.webrtc.rtp.SequenceUnwrapper;
import java.util.Arrays;

/// Layers of any SVC codec by its dependency descriptor (AV1 RTP specification §A): forwards the
/// frames of the best decode target whose chain is unbroken. Owned by its Forwarder.
///
/// Deviates: a frame that has not come (yet) does not break a chain, because the NACK that is on
/// its way repairs it; only frames that were dropped here do.
final class DescriptorSelector implements LayerSelector {
    private static final int FRAMES = 256;
    private static final byte UNKNOWN = 0;
    private static final byte FORWARDED = 1;
    private static final byte DROPPED = 2;

    private final LayerTarget target;

    private final SequenceUnwrapper frames = new SequenceUnwrapper();
    private final long[] decidedFrames = new long[FRAMES];
    private final byte[] decisions = new byte[FRAMES];
    private boolean started;
    private int spatial = NONE;
    private int temporal;
    private int forwardedTargets;

    DescriptorSelector(LayerTarget target) {
        this.target = target;
    }

    @Override
    public LayerDecision select(SourcePacket packet) {
        if (packet.isRestarted()) {
            resync();
        }
        DependencyStructure structure = packet.descriptor().structure();
        if (!packet.hasDescriptor() || structure == null) {
            return LayerDecision.DROP;
        }
        DependencyDescriptor d = packet.descriptor();
        boolean starts = !started;
        if (starts) {
            if (!d.hasStructure() || packet.isLate()) {
                return LayerDecision.DROP;
            }
            Arrays.fill(decidedFrames, -1);
            frames.reset();
            started = true;
        }
        long frame = frames.unwrap(d.frameNumber16());
        byte decision = decisionOf(frame);
        if (decision == UNKNOWN) {
            decision = decide(frame, d, structure);
            decidedFrames[(int) (frame % FRAMES)] = frame;
            decisions[(int) (frame % FRAMES)] = decision;
        }
        if (decision == DROPPED) {
            started &= !starts;
            return LayerDecision.DROP;
        }
        boolean top = d.spatialId() == spatial;
        return LayerDecision.forward(starts, packet.marker() || (d.endsFrame() && top));
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
        started = false;
        spatial = NONE;
    }

    @Override
    public int forwardedTargets() {
        return forwardedTargets;
    }

    private byte decide(long frame, DependencyDescriptor d, DependencyStructure structure) {
        int chosen = chooseTarget(frame, d, structure);
        if (chosen < 0 || d.indication(chosen) == DependencyDescriptor.NOT_PRESENT) {
            return DROPPED;
        }
        for (int i = 0; i < d.frameDiffCount(); i++) {
            if (decisionOf(frame - d.frameDiff(i)) == DROPPED) {
                return DROPPED;
            }
        }
        int newSpatial = structure.decodeTargetSpatialId(chosen);
        int newTemporal = structure.decodeTargetTemporalId(chosen);
        if (newSpatial != spatial || newTemporal != temporal || d.hasStructure()) {
            spatial = newSpatial;
            temporal = newTemporal;
            forwardedTargets = targetsWithin(structure);
        }
        return FORWARDED;
    }

    /// The best unbroken target that is allowed; else, until something allowed can be decoded, the
    /// lowest unbroken one above (in the KEY modes lower layers cannot be gone down to).
    private int chooseTarget(long frame, DependencyDescriptor d, DependencyStructure structure) {
        int best = -1;
        int bestRank = Integer.MIN_VALUE;
        for (int t = 0; t < structure.decodeTargetCount(); t++) {
            int sid = structure.decodeTargetSpatialId(t);
            int tid = structure.decodeTargetTemporalId(t);
            int rank = sid * 8 + tid;
            boolean allowed = sid <= target.spatial && tid <= target.temporal;
            boolean stays = !allowed && sid <= spatial && tid <= temporal;
            boolean active = ((d.activeDecodeTargets() >> t) & 1) != 0;
            int worth = allowed ? rank : -1 - rank;
            if ((allowed || stays) && active && worth > bestRank) {
                boolean intact = isIntact(frame, t, d, structure);
                best = intact ? t : best;
                bestRank = intact ? worth : bestRank;
            }
        }
        return best;
    }

    private boolean isIntact(
            long frame, int decodeTarget, DependencyDescriptor d, DependencyStructure structure) {
        int chain = structure.protectingChain(decodeTarget);
        if (chain < 0 || chain >= structure.chainCount() || d.chainDiff(chain) == 0) {
            return true;
        }
        return decisionOf(frame - d.chainDiff(chain)) != DROPPED;
    }

    private byte decisionOf(long frame) {
        int slot = (int) Math.floorMod(frame, (long) FRAMES);
        return decidedFrames[slot] == frame ? decisions[slot] : UNKNOWN;
    }

    private int targetsWithin(DependencyStructure structure) {
        int mask = 0;
        for (int t = 0; t < structure.decodeTargetCount(); t++) {
            boolean within =
                    structure.decodeTargetSpatialId(t) <= spatial
                            && structure.decodeTargetTemporalId(t) <= temporal;
            mask |= within ? 1 << t : 0;
        }
        return mask;
    }
}

package io.parley.webrtc.codec;

/// The frame templates, decode targets, chains and sizes that a key frame's dependency descriptor
/// announces (AV1 RTP specification §A.8.2). Immutable; kept until the next structure.
public final class DependencyStructure {
    static final int MAX_TEMPLATES = 64;
    static final int MAX_DECODE_TARGETS = 32;

    final int templateIdOffset;
    final int decodeTargetCount;
    final int templateCount;
    final int chainCount;
    final int maxSpatialId;
    final int maxTemporalId;
    final byte[] spatialIds;
    final byte[] temporalIds;
    final byte[][] indications;
    final int[][] frameDiffs;
    final byte[][] chainDiffs;
    final byte[] protectedBy;
    final int[] widths;
    final int[] heights;
    private final byte[] targetSpatialIds;
    private final byte[] targetTemporalIds;

    DependencyStructure(DependencyStructureReader reader) {
        templateIdOffset = reader.templateIdOffset;
        decodeTargetCount = reader.decodeTargetCount;
        templateCount = reader.templateCount;
        chainCount = reader.chainCount;
        maxSpatialId = reader.spatialId;
        maxTemporalId = reader.maxTemporalId;
        spatialIds = reader.spatialIds;
        temporalIds = reader.temporalIds;
        indications = reader.indications;
        frameDiffs = reader.frameDiffs;
        chainDiffs = reader.chainDiffs;
        protectedBy = reader.protectedBy;
        widths = reader.widths;
        heights = reader.heights;
        targetSpatialIds = new byte[decodeTargetCount];
        targetTemporalIds = new byte[decodeTargetCount];
        for (int target = 0; target < decodeTargetCount; target++) {
            deriveTargetLayer(target);
        }
    }

    /// Decode targets, 1 to 32.
    public int decodeTargetCount() {
        return decodeTargetCount;
    }

    /// Chains, 0 to the number of decode targets.
    public int chainCount() {
        return chainCount;
    }

    /// Frame templates, 1 to 64.
    public int templateCount() {
        return templateCount;
    }

    /// The highest spatial layer of any template.
    public int maxSpatialId() {
        return maxSpatialId;
    }

    /// The highest temporal layer of any template.
    public int maxTemporalId() {
        return maxTemporalId;
    }

    /// The highest spatial layer a decode target contains.
    public int decodeTargetSpatialId(int target) {
        return targetSpatialIds[target];
    }

    /// The highest temporal layer a decode target contains.
    public int decodeTargetTemporalId(int target) {
        return targetTemporalIds[target];
    }

    /// The chain that protects a decode target, -1 when there are none.
    public int protectingChain(int target) {
        return chainCount == 0 ? -1 : protectedBy[target];
    }

    /// Width of a spatial layer, 0 when not told.
    public int width(int spatialId) {
        return spatialId < widths.length ? widths[spatialId] : 0;
    }

    /// Height of a spatial layer, 0 when not told.
    public int height(int spatialId) {
        return spatialId < heights.length ? heights[spatialId] : 0;
    }

    /// The mask in which every decode target is active.
    public int allDecodeTargets() {
        return decodeTargetCount == 32 ? -1 : (1 << decodeTargetCount) - 1;
    }

    /// §A.8.2 decode_target_layers(): the highest layers among the templates present in it.
    private void deriveTargetLayer(int target) {
        for (int t = 0; t < templateCount; t++) {
            if (indications[t][target] != DependencyDescriptor.NOT_PRESENT) {
                targetSpatialIds[target] = (byte) Math.max(targetSpatialIds[target], spatialIds[t]);
                targetTemporalIds[target] =
                        (byte) Math.max(targetTemporalIds[target], temporalIds[t]);
            }
        }
    }
}

package io.parley.webrtc.codec;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Reads template_dependency_structure() (AV1 RTP specification §A.8.2), once a key frame.
final class DependencyStructureReader {
    private static final int MAX_SPATIAL = 4;
    private static final int MAX_TEMPORAL = 8;

    int templateIdOffset;
    int decodeTargetCount;
    int templateCount;
    int chainCount;
    int spatialId;
    int maxTemporalId;
    byte[] spatialIds = new byte[DependencyStructure.MAX_TEMPLATES];
    byte[] temporalIds = new byte[DependencyStructure.MAX_TEMPLATES];
    byte[][] indications = new byte[0][];
    int[][] frameDiffs = new int[0][];
    byte[][] chainDiffs = new byte[0][];
    byte[] protectedBy = new byte[0];
    int[] widths = new int[0];
    int[] heights = new int[0];

    private final BitCursor bits;
    private boolean broken;

    DependencyStructureReader(BitCursor bits) {
        this.bits = bits;
    }

    /// The structure, or null when it makes no sense or ends early.
    @Nullable DependencyStructure read() {
        templateIdOffset = bits.bits(6);
        decodeTargetCount = bits.bits(5) + 1;
        readLayers();
        if (broken || bits.isExhausted()) {
            return null;
        }
        readIndications();
        readFrameDiffs();
        readChains();
        if (bits.flag()) {
            readSizes();
        }
        return broken || bits.isExhausted() ? null : new DependencyStructure(this);
    }

    private void readLayers() {
        int temporalId = 0;
        int next;
        do {
            if (templateCount == spatialIds.length
                    || temporalId >= MAX_TEMPORAL
                    || spatialId >= MAX_SPATIAL) {
                broken = true;
                return;
            }
            spatialIds[templateCount] = (byte) spatialId;
            temporalIds[templateCount] = (byte) temporalId;
            templateCount++;
            next = bits.bits(2);
            if (next == 1) {
                temporalId++;
                maxTemporalId = Math.max(maxTemporalId, temporalId);
            } else if (next == 2) {
                temporalId = 0;
                spatialId++;
            }
        } while (next != 3 && !bits.isExhausted());
        spatialIds = Arrays.copyOf(spatialIds, templateCount);
        temporalIds = Arrays.copyOf(temporalIds, templateCount);
    }

    private void readIndications() {
        indications = new byte[templateCount][decodeTargetCount];
        for (byte[] ofTemplate : indications) {
            for (int target = 0; target < decodeTargetCount; target++) {
                ofTemplate[target] = (byte) bits.bits(2);
            }
        }
    }

    private void readFrameDiffs() {
        int[] diffs = new int[DependencyDescriptor.MAX_FRAME_DIFFS];
        frameDiffs = new int[templateCount][];
        for (int t = 0; t < templateCount; t++) {
            int count = 0;
            while (bits.flag()) {
                if (count == diffs.length) {
                    broken = true;
                    return;
                }
                diffs[count++] = bits.bits(4) + 1;
            }
            frameDiffs[t] = Arrays.copyOf(diffs, count);
        }
    }

    private void readChains() {
        chainCount = bits.ns(decodeTargetCount + 1);
        if (chainCount == 0) {
            return;
        }
        protectedBy = new byte[decodeTargetCount];
        for (int target = 0; target < decodeTargetCount; target++) {
            protectedBy[target] = (byte) bits.ns(chainCount);
        }
        chainDiffs = new byte[templateCount][chainCount];
        for (byte[] ofTemplate : chainDiffs) {
            for (int chain = 0; chain < chainCount; chain++) {
                ofTemplate[chain] = (byte) bits.bits(4);
            }
        }
    }

    private void readSizes() {
        widths = new int[spatialId + 1];
        heights = new int[spatialId + 1];
        for (int s = 0; s <= spatialId; s++) {
            widths[s] = bits.bits(16) + 1;
            heights[s] = bits.bits(16) + 1;
        }
    }
}

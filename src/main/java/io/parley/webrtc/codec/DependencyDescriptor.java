package io.parley.webrtc.codec;

import io.parley.webrtc.rtp.RtpBytes;
import org.jspecify.annotations.Nullable;

/// The dependency descriptor header extension of one packet (AV1 RTP specification §A.8); reusable,
/// and allocating only for a structure. The bytes are borrowed until the next `parse`. Owned by its
/// media loop.
public final class DependencyDescriptor {
    /// Decode target indications (§A.8.3).
    public static final int NOT_PRESENT = 0;

    public static final int DISCARDABLE = 1;
    public static final int SWITCH = 2;
    public static final int REQUIRED = 3;

    /// Bytes that `writeActive` may add.
    public static final int MAX_GROWTH_BYTES = 5;

    static final int MAX_FRAME_DIFFS = 64;

    private static final int MANDATORY_BYTES = 3;
    private static final int MANDATORY_BITS = 24;
    private static final byte[] NOTHING = new byte[0];

    private final BitCursor bits = new BitCursor();
    private final BitSink sink = new BitSink();
    private final int[] indications = new int[DependencyStructure.MAX_DECODE_TARGETS];
    private final int[] frameDiffs = new int[MAX_FRAME_DIFFS];
    private final int[] chainDiffs = new int[DependencyStructure.MAX_DECODE_TARGETS];

    private byte[] buffer = NOTHING;
    private int offset;
    private int length;
    private @Nullable DependencyStructure structure;
    private boolean hasStructure;
    private boolean hasActiveDecodeTargets;
    private boolean customIndications;
    private boolean customFrameDiffs;
    private boolean customChains;
    private int activeDecodeTargets;
    private int template;
    private int frameDiffCount;
    private int structureEnd;
    private int definitionStart;
    private int definitionEnd;

    /// What became of a descriptor.
    public enum Outcome {
        /// Everything is readable.
        OK,
        /// No structure is known; frame number and frame bounds are readable.
        NO_STRUCTURE,
        /// The template is none of the structure's, as when a new structure was lost.
        UNKNOWN_TEMPLATE,
        /// Cut short or senseless.
        MALFORMED
    }

    /// Reads a descriptor that leans on the structure received last; a new one is in `structure()`.
    public Outcome parse(byte[] b, int off, int len, @Nullable DependencyStructure last) {
        buffer = b;
        offset = off;
        length = len;
        structure = last;
        hasStructure = false;
        hasActiveDecodeTargets = false;
        customIndications = false;
        customFrameDiffs = false;
        customChains = false;
        frameDiffCount = 0;
        if (len < MANDATORY_BYTES) {
            length = 0;
            return Outcome.MALFORMED;
        }
        bits.start(b, off, off + len);
        bits.skip(MANDATORY_BITS);
        structureEnd = MANDATORY_BITS;
        definitionStart = MANDATORY_BITS;
        if (len > MANDATORY_BYTES && !readExtended()) {
            return Outcome.MALFORMED;
        }
        DependencyStructure known = structure;
        return known == null ? Outcome.NO_STRUCTURE : readDefinition(known);
    }

    /// First packet of the frame (of this spatial layer).
    public boolean startsFrame() {
        return buffer[offset] < 0;
    }

    /// Last packet of the frame (of this spatial layer).
    public boolean endsFrame() {
        return (buffer[offset] & 0x40) != 0;
    }

    /// The frame's number, which wraps.
    public int frameNumber16() {
        return RtpBytes.u16(buffer, offset + 1);
    }

    /// True when this packet brings a new structure: its frame is a key frame.
    public boolean hasStructure() {
        return hasStructure;
    }

    /// The structure to keep and to give to the next `parse`.
    public @Nullable DependencyStructure structure() {
        return structure;
    }

    /// True when this packet tells which decode targets are active (a structure alone: all are).
    public boolean hasActiveDecodeTargets() {
        return hasActiveDecodeTargets;
    }

    /// Which decode targets are active from now on, bit by target; only after
    /// `hasActiveDecodeTargets` or `hasStructure`, and otherwise as told last.
    public int activeDecodeTargets() {
        return activeDecodeTargets;
    }

    /// The frame's spatial layer; needs `OK`, as all that follow do.
    public int spatialId() {
        DependencyStructure known = structure;
        return known == null ? 0 : known.spatialIds[template];
    }

    /// The frame's temporal layer.
    public int temporalId() {
        DependencyStructure known = structure;
        return known == null ? 0 : known.temporalIds[template];
    }

    /// What the frame is to a decode target: NOT_PRESENT, DISCARDABLE, SWITCH or REQUIRED.
    public int indication(int target) {
        return indications[target];
    }

    /// Number of frames this one refers to.
    public int frameDiffCount() {
        return frameDiffCount;
    }

    /// How many frames back a reference is, at least 1.
    public int frameDiff(int i) {
        return frameDiffs[i];
    }

    /// How many frames back the previous frame of a chain is, 0 for a frame that starts it.
    public int chainDiff(int chain) {
        return chainDiffs[chain];
    }

    /// Copies the descriptor with another frame number; returns its length.
    public int write(int frameNumber16, byte[] dst, int dstOff) {
        System.arraycopy(buffer, offset, dst, dstOff, length);
        RtpBytes.put16(dst, dstOff + 1, frameNumber16);
        return length;
    }

    /// Writes the descriptor with another frame number and other active decode targets; returns its
    /// length, at most `MAX_GROWTH_BYTES` more than the one read. Needs `OK`.
    public int writeActive(int frameNumber16, int activeTargets, byte[] dst, int dstOff) {
        DependencyStructure known = structure;
        if (known == null) {
            throw new IllegalStateException("no dependency structure");
        }
        sink.start(dst, dstOff);
        sink.bits(buffer[offset] & 0xFF, 8);
        sink.bits(frameNumber16 & 0xFFFF, 16);
        sink.bit(hasStructure);
        sink.bit(true);
        sink.bit(customIndications);
        sink.bit(customFrameDiffs);
        sink.bit(customChains);
        copyBits(MANDATORY_BITS + 5, structureEnd);
        sink.bits(activeTargets, known.decodeTargetCount);
        copyBits(definitionStart, definitionEnd);
        return sink.finish();
    }

    private void copyBits(int from, int to) {
        if (from >= to) {
            return;
        }
        bits.start(buffer, offset, offset + length);
        bits.skip(from);
        for (int left = to - from; left > 0; left -= 16) {
            int n = Math.min(left, 16);
            sink.bits(bits.bits(n), n);
        }
    }

    /// False when a structure is malformed.
    private boolean readExtended() {
        hasStructure = bits.flag();
        hasActiveDecodeTargets = bits.flag();
        customIndications = bits.flag();
        customFrameDiffs = bits.flag();
        customChains = bits.flag();
        if (hasStructure) {
            DependencyStructure fresh = new DependencyStructureReader(bits).read();
            if (fresh == null) {
                hasStructure = false;
                return false;
            }
            structure = fresh;
            activeDecodeTargets = fresh.allDecodeTargets();
        }
        structureEnd = bits.position();
        DependencyStructure known = structure;
        if (known != null && hasActiveDecodeTargets) {
            activeDecodeTargets = bits.bits(known.decodeTargetCount);
        }
        definitionStart = bits.position();
        return true;
    }

    /// §A.8.2 frame_dependency_definition().
    private Outcome readDefinition(DependencyStructure known) {
        int id = buffer[offset] & 0x3F;
        int index = (id - known.templateIdOffset) & 0x3F;
        if (index >= known.templateCount) {
            template = 0;
            return Outcome.UNKNOWN_TEMPLATE;
        }
        template = index;
        for (int target = 0; target < known.decodeTargetCount; target++) {
            indications[target] =
                    customIndications ? bits.bits(2) : known.indications[index][target];
        }
        if (!readFrameDiffs(known.frameDiffs[index])) {
            return Outcome.MALFORMED;
        }
        for (int chain = 0; chain < known.chainCount; chain++) {
            chainDiffs[chain] = customChains ? bits.bits(8) : known.chainDiffs[index][chain];
        }
        definitionEnd = bits.position();
        return bits.isExhausted() ? Outcome.MALFORMED : Outcome.OK;
    }

    private boolean readFrameDiffs(int[] ofTemplate) {
        if (!customFrameDiffs) {
            frameDiffCount = ofTemplate.length;
            System.arraycopy(ofTemplate, 0, frameDiffs, 0, frameDiffCount);
            return true;
        }
        for (int size = bits.bits(2); size != 0; size = bits.bits(2)) {
            if (frameDiffCount == MAX_FRAME_DIFFS) {
                return false;
            }
            frameDiffs[frameDiffCount++] = bits.bits(4 * size) + 1;
        }
        return true;
    }
}

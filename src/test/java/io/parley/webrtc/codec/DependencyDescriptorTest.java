package io.parley.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.codec.DependencyDescriptor.Outcome;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// The structure is L2T2 in four templates, four decode targets and two chains.
class DependencyDescriptorTest {
    private static final byte[] KEY = key();

    private final DependencyDescriptor dd = new DependencyDescriptor();
    private final byte[] b = new byte[300];

    @Test
    void readsAStructure() {
        DependencyStructure s = structure();
        assertThat(dd.startsFrame()).isTrue();
        assertThat(dd.endsFrame()).isFalse();
        assertThat(dd.frameNumber16()).isEqualTo(0xFFFF);
        assertThat(dd.hasStructure()).isTrue();
        assertThat(dd.spatialId()).isZero();
        assertThat(dd.temporalId()).isZero();
        assertThat(dd.activeDecodeTargets()).isEqualTo(0xF);
        assertThat(dd.frameDiffCount()).isZero();
        assertThat(dd.chainDiff(0)).isZero();
        assertThat(s.templateCount()).isEqualTo(4);
        assertThat(s.decodeTargetCount()).isEqualTo(4);
        assertThat(s.chainCount()).isEqualTo(2);
        assertThat(s.maxSpatialId()).isEqualTo(1);
        assertThat(s.maxTemporalId()).isEqualTo(1);
        assertThat(s.width(0)).isEqualTo(320);
        assertThat(s.height(1)).isEqualTo(360);
        assertThat(s.width(2)).isZero();
        for (int target = 0; target < 4; target++) {
            assertThat(s.decodeTargetSpatialId(target)).isEqualTo(target / 2);
            assertThat(s.decodeTargetTemporalId(target)).isEqualTo(target % 2);
            assertThat(s.protectingChain(target)).isEqualTo(target / 2);
        }
    }

    @Test
    void readsFramesByTemplate() {
        DependencyStructure s = structure();
        byte[] delta = Vectors.hex("c8 1234");
        assertThat(parse(delta, s)).isEqualTo(Outcome.OK);
        assertThat(dd.startsFrame()).isTrue();
        assertThat(dd.endsFrame()).isTrue();
        assertThat(dd.hasStructure()).isFalse();
        assertThat(dd.spatialId()).isEqualTo(1);
        assertThat(dd.temporalId()).isEqualTo(1);
        assertThat(dd.indication(0)).isEqualTo(DependencyDescriptor.NOT_PRESENT);
        assertThat(dd.indication(3)).isEqualTo(DependencyDescriptor.DISCARDABLE);
        assertThat(dd.frameDiffCount()).isEqualTo(2);
        assertThat(dd.frameDiff(1)).isEqualTo(2);
        assertThat(dd.chainDiff(1)).isEqualTo(2);
    }

    @Test
    void readsCustomDependencies() {
        DependencyStructure s = structure();
        byte[] custom =
                new Vectors()
                        .put(0x05, 8)
                        .put(7, 16)
                        .put(0b01111, 5)
                        .put(0b0011, 4)
                        .put(0b00011011, 8)
                        .put(1, 2)
                        .put(4, 4)
                        .put(3, 2)
                        .put(4095, 12)
                        .put(0, 2)
                        .put(200, 8)
                        .put(0, 8)
                        .bytes();
        assertThat(parse(custom, s)).isEqualTo(Outcome.OK);
        assertThat(dd.activeDecodeTargets()).isEqualTo(3);
        assertThat(dd.indication(1)).isEqualTo(DependencyDescriptor.DISCARDABLE);
        assertThat(dd.indication(3)).isEqualTo(DependencyDescriptor.REQUIRED);
        assertThat(dd.frameDiffCount()).isEqualTo(2);
        assertThat(dd.frameDiff(0)).isEqualTo(5);
        assertThat(dd.frameDiff(1)).isEqualTo(4096);
        assertThat(dd.chainDiff(0)).isEqualTo(200);
        int n = dd.writeActive(9, 0b0111, b, 3);
        assertThat(n).isEqualTo(custom.length);
        assertThat(parse(Arrays.copyOfRange(b, 3, 3 + n), s)).isEqualTo(Outcome.OK);
        assertThat(dd.frameNumber16()).isEqualTo(9);
        assertThat(dd.activeDecodeTargets()).isEqualTo(7);
        assertThat(dd.frameDiff(1)).isEqualTo(4096);
        assertThat(dd.chainDiff(0)).isEqualTo(200);
    }

    @Test
    void rewritesTheNumberOnly() {
        structure();
        int n = dd.write(0x0102, b, 0);
        assertThat(n).isEqualTo(KEY.length);
        assertThat(b[1]).isEqualTo((byte) 1);
        assertThat(b[2]).isEqualTo((byte) 2);
        assertThat(Arrays.copyOfRange(b, 3, n)).isEqualTo(Arrays.copyOfRange(KEY, 3, n));
    }

    @Test
    void addsActiveDecodeTargetsToAShortDescriptor() {
        DependencyStructure s = structure();
        assertThat(parse(Vectors.hex("46 ffff"), s)).isEqualTo(Outcome.OK);
        int n = dd.writeActive(0x10001, 0b0101, b, 0);
        assertThat(n).isEqualTo(5);
        assertThat(parse(Arrays.copyOf(b, n), s)).isEqualTo(Outcome.OK);
        assertThat(dd.startsFrame()).isFalse();
        assertThat(dd.endsFrame()).isTrue();
        assertThat(dd.frameNumber16()).isEqualTo(1);
        assertThat(dd.hasActiveDecodeTargets()).isTrue();
        assertThat(dd.activeDecodeTargets()).isEqualTo(5);
        assertThat(dd.spatialId()).isZero();
        assertThat(dd.temporalId()).isEqualTo(1);
    }

    @Test
    void keepsTheStructureWhenAddingActiveDecodeTargets() {
        structure();
        int n = dd.writeActive(3, 0b0001, b, 0);
        assertThat(parse(Arrays.copyOf(b, n), null)).isEqualTo(Outcome.OK);
        assertThat(dd.hasStructure()).isTrue();
        assertThat(dd.activeDecodeTargets()).isEqualTo(1);
        DependencyStructure again = known();
        assertThat(again.width(1)).isEqualTo(640);
        assertThat(again.decodeTargetTemporalId(3)).isEqualTo(1);
    }

    @Test
    void tellsWhatIsMissing() {
        assertThat(parse(Vectors.hex("c0 0001"), null)).isEqualTo(Outcome.NO_STRUCTURE);
        assertThat(dd.frameNumber16()).isEqualTo(1);
        assertThat(parse(Vectors.hex("c0 0001 00"), null)).isEqualTo(Outcome.NO_STRUCTURE);
        assertThat(parse(Vectors.hex("c00001"), structure())).isEqualTo(Outcome.UNKNOWN_TEMPLATE);
        assertThat(parse(Vectors.hex("c000"), null)).isEqualTo(Outcome.MALFORMED);
    }

    @Test
    void neverReadsOutsideTruncatedOrMutatedDescriptors() {
        DependencyStructure s = structure();
        for (int n = 4; n < KEY.length; n++) {
            assertThat(parse(Arrays.copyOf(KEY, n), null)).isNotEqualTo(Outcome.OK);
        }
        SplittableRandom random = new SplittableRandom(6);
        for (int i = 0; i < 100_000; i++) {
            byte[] bad = Arrays.copyOf(KEY, random.nextInt(KEY.length + 20));
            for (int k = random.nextInt(8); k > 0 && bad.length > 0; k--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            if (parse(bad, s) == Outcome.OK) {
                int n = dd.writeActive(i, i, b, 0);
                assertThat(n)
                        .isLessThanOrEqualTo(bad.length + DependencyDescriptor.MAX_GROWTH_BYTES);
            }
        }
    }

    private DependencyStructure structure() {
        assertThat(parse(KEY, null)).isEqualTo(Outcome.OK);
        return known();
    }

    private DependencyStructure known() {
        DependencyStructure s = dd.structure();
        if (s == null) {
            throw new AssertionError("no structure");
        }
        return s;
    }

    private Outcome parse(byte[] bytes, @Nullable DependencyStructure last) {
        byte[] shifted = Vectors.concat(new byte[7], bytes);
        return dd.parse(shifted, 7, bytes.length, last);
    }

    private static byte[] key() {
        Vectors v = new Vectors();
        v.put(0b10, 2).put(5, 6).put(0xFFFF, 16).put(0b10000, 5);
        v.put(5, 6).put(3, 5); // offset 5, four targets
        v.put(0b01, 2).put(0b10, 2).put(0b01, 2).put(0b11, 2); // S0T0 S0T1 S1T0 S1T1
        v.put(0b10101010, 8).put(0b00010001, 8).put(0b00001010, 8).put(0b00000001, 8);
        v.put(0, 1); // S0T0: no references
        v.put(1, 1).put(0, 4).put(0, 1); // S0T1: 1
        v.put(1, 1).put(0, 4).put(0, 1); // S1T0: 1
        v.put(1, 1).put(0, 4).put(1, 1).put(1, 4).put(0, 1); // S1T1: 1 and 2
        v.put(2, 2); // two chains: ns(5)
        v.put(0, 1).put(0, 1).put(1, 1).put(1, 1); // ns(2)
        v.put(0x00, 8).put(0x11, 8).put(0x11, 8).put(0x32, 8);
        v.put(1, 1).put(319, 16).put(179, 16).put(639, 16).put(359, 16);
        return v.bytes();
    }
}

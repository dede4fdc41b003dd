package io.parley.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.codec.Vp8Munger.Verdict;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class Vp8MungerTest {
    private final Vp8Munger munger = new Vp8Munger();
    private final Vp8Descriptor in = new Vp8Descriptor();
    private final Vp8Descriptor out = new Vp8Descriptor();
    private final byte[] b = new byte[16];

    @Test
    void sendsTheFirstSourceUnchanged() {
        start(1000, 50, 3);
        assertThat(forward(1000, 50, 0, 3, 3)).isEqualTo(1000);
        assertThat(out.tl0PicIdx()).isEqualTo(50);
        assertThat(out.keyIdx()).isEqualTo(3);
        assertThat(out.startsFrame()).isTrue();
        assertThat(forward(1000, 50, 0, 3, 3)).isEqualTo(1000);
        assertThat(forward(1001, 50, 1, 3, 3)).isEqualTo(1001);
        assertThat(out.temporalId()).isEqualTo(1);
    }

    @Test
    void goesOnWithLastPlusOneAfterASwitch() {
        start(1000, 255, 31);
        forward(1000, 255, 0, 31, 3);
        start(20, 7, 4);
        assertThat(forward(20, 7, 0, 4, 3)).isEqualTo(1001);
        assertThat(out.tl0PicIdx()).isZero();
        assertThat(out.keyIdx()).isZero();
        assertThat(forward(21, 8, 0, 4, 3)).isEqualTo(1002);
        assertThat(out.tl0PicIdx()).isEqualTo(1);
    }

    @Test
    void closesUpDroppedPicturesOnce() {
        start(10, 1, 0);
        forward(10, 1, 0, 0, 0);
        assertThat(munge(11, 1, 2, 0, false, false, 0)).isEqualTo(Verdict.DROP_TEMPORAL_LAYER);
        assertThat(munge(11, 1, 2, 0, false, false, 0)).isEqualTo(Verdict.DROP_TEMPORAL_LAYER);
        assertThat(munge(12, 1, 1, 0, false, false, 0)).isEqualTo(Verdict.DROP_TEMPORAL_LAYER);
        assertThat(forward(13, 2, 0, 0, 0)).isEqualTo(11);
    }

    @Test
    void forwardsAfterAGapWhateverTheLayerAndTheRestOfThatPicture() {
        start(10, 1, 0);
        forward(10, 1, 0, 0, 0);
        assertThat(munge(14, 2, 2, 0, false, true, 0)).isEqualTo(Verdict.FORWARD);
        assertThat(munger.pictureId()).isEqualTo(14);
        assertThat(munge(14, 2, 2, 0, false, false, 0)).isEqualTo(Verdict.FORWARD);
        assertThat(munge(15, 2, 2, 0, false, false, 0)).isEqualTo(Verdict.DROP_TEMPORAL_LAYER);
        assertThat(forward(16, 3, 0, 0, 0)).isEqualTo(15);
        assertThat(munge(12, 1, 0, 0, true, false, 0)).isEqualTo(Verdict.FORWARD);
        assertThat(munger.pictureId()).isEqualTo(12);
    }

    @Test
    void dropsLatePacketsOfPicturesItDoesNotKnow() {
        start(500, 1, 0);
        forward(500, 1, 0, 0, 3);
        assertThat(munge(499, 1, 0, 0, true, false, 3)).isEqualTo(Verdict.DROP_UNKNOWN_PICTURE);
        assertThat(munge(700, 1, 0, 0, false, true, 3)).isEqualTo(Verdict.FORWARD);
        assertThat(munge(640, 1, 0, 0, true, false, 3)).isEqualTo(Verdict.DROP_UNKNOWN_PICTURE);
        assertThat(munge(651, 1, 0, 0, true, false, 3)).isEqualTo(Verdict.FORWARD);
        start(30, 1, 0);
        assertThat(munge(651, 1, 0, 0, true, false, 3)).isEqualTo(Verdict.DROP_UNKNOWN_PICTURE);
    }

    @Test
    void growsAndShrinksTheDescriptorWithThePictureId() {
        byte[] small = Vectors.hex("90 80 7f 00");
        assertThat(in.parse(small, 0, 4)).isTrue();
        munger.switchSource(in);
        munger.munge(in, false, false, 0);
        assertThat(munger.write(in, b, 0)).isEqualTo(3);
        byte[] wrapped = Vectors.hex("90 80 00 00");
        assertThat(in.parse(wrapped, 0, 4)).isTrue();
        munger.munge(in, false, false, 0);
        assertThat(munger.write(in, b, 0)).isEqualTo(4);
        assertThat(out.parse(b, 0, 4)).isTrue();
        assertThat(out.pictureId()).isEqualTo(128);
        byte[] padded = Vectors.hex("90 80 8001 00");
        Vp8Munger fresh = new Vp8Munger();
        assertThat(in.parse(padded, 0, 5)).isTrue();
        fresh.switchSource(in);
        fresh.munge(in, false, false, 0);
        assertThat(fresh.write(in, b, 0)).isEqualTo(3);
    }

    @Test
    void wrapsFifteenBitPictureIds() {
        start(32766, 1, 0);
        assertThat(forward(32766, 1, 0, 0, 3)).isEqualTo(32766);
        assertThat(forward(32767, 1, 0, 0, 3)).isEqualTo(32767);
        assertThat(forward(0, 1, 0, 0, 3)).isZero();
        assertThat(out.hasLongPictureId()).isTrue();
        assertThat(forward(1, 1, 0, 0, 3)).isEqualTo(1);
    }

    @Test
    void injectsPicturesOfItsOwnAndGoesOn() {
        start(1000, 5, 2);
        forward(1000, 5, 0, 2, 3);
        int n = munger.writeInjected(true, b, 0);
        assertThat(out.parse(b, 0, n)).isTrue();
        assertThat(out.pictureId()).isEqualTo(1001);
        assertThat(out.tl0PicIdx()).isEqualTo(6);
        assertThat(out.keyIdx()).isEqualTo(3);
        assertThat(out.temporalId()).isZero();
        assertThat(out.startsFrame()).isTrue();
        assertThat(forward(1001, 6, 0, 2, 3)).isEqualTo(1002);
        assertThat(new Vp8Munger().writeInjected(true, b, 0)).isEqualTo(1);
        assertThat(b[0]).isEqualTo((byte) 0x10);
    }

    @Test
    void staysContinuousWhateverIsDroppedAndSwitched() {
        SplittableRandom random = new SplittableRandom(4);
        int[] patterns = {0, 2, 1, 2};
        int source = 5;
        start(source, 0, 0);
        int expected = source;
        for (int i = 0; i < 100_000; i++) {
            if (random.nextInt(200) == 0) {
                source = random.nextInt(32768);
                start(source & 0x7FFF, 0, 0);
            }
            int layer = patterns[i & 3];
            int max = (i / 1000) % 3;
            Verdict verdict = munge(source & 0x7FFF, 0, layer, 0, false, false, max);
            assertThat(verdict == Verdict.FORWARD).isEqualTo(layer <= max);
            if (verdict == Verdict.FORWARD) {
                assertThat(munger.pictureId()).isEqualTo(expected & 0x7FFF);
                expected++;
            }
            source++;
        }
    }

    private void start(int pictureId, int tl0, int keyIdx) {
        describe(pictureId, tl0, 0, keyIdx);
        munger.switchSource(in);
    }

    private int forward(int pictureId, int tl0, int tid, int keyIdx, int max) {
        assertThat(munge(pictureId, tl0, tid, keyIdx, false, false, max))
                .isEqualTo(Verdict.FORWARD);
        int n = munger.write(in, b, 0);
        assertThat(out.parse(b, 0, n)).isTrue();
        assertThat(out.headerLength()).isEqualTo(n).isLessThanOrEqualTo(6);
        return out.pictureId();
    }

    private Verdict munge(
            int pictureId, int tl0, int tid, int keyIdx, boolean late, boolean gap, int max) {
        describe(pictureId, tl0, tid, keyIdx);
        return munger.munge(in, late, gap, max);
    }

    private void describe(int pictureId, int tl0, int tid, int keyIdx) {
        byte[] d = {
            (byte) 0x90,
            (byte) 0xF0,
            (byte) (0x80 | (pictureId >> 8)),
            (byte) pictureId,
            (byte) tl0,
            (byte) ((tid << 6) | keyIdx)
        };
        assertThat(in.parse(d, 0, d.length)).isTrue();
    }
}

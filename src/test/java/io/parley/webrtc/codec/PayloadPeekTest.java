package io.parley.webrtc.codec;

import static io.parley.webrtc.codec.Vectors.concat;
import static io.parley.webrtc.codec.Vectors.hex;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class PayloadPeekTest {
    private static final byte[] VP8_KEY = hex("90f0 9234 07 65 10 02 00 9d012a 8002 6841 aa");
    private static final byte[] VP9_KEY = hex("aa 8123 10 07 30 0500 02d0 0a00 05a0 82 49 83 42");
    private static final byte[] H265_SPS = Vectors.h265Sps720();
    private static final byte[] AV1_SEQUENCE = Vectors.av1Sequence360();

    private final PayloadPeek peek = new PayloadPeek();

    @Test
    void readsAVp8KeyFrame() {
        peek(Codec.VP8, VP8_KEY);
        assertThat(peek.keyFrame()).isTrue();
        assertThat(peek.startOfFrame()).isTrue();
        assertThat(peek.temporalId()).isEqualTo(1);
        assertThat(peek.spatialId()).isEqualTo(-1);
        assertThat(peek.switchingUp()).isTrue();
        assertThat(peek.width()).isEqualTo(640);
        assertThat(peek.height()).isEqualTo(0x168);
        assertThat(peek.vp8().pictureId()).isEqualTo(0x1234);
        assertThat(peek.vp8().hasLongPictureId()).isTrue();
        assertThat(peek.vp8().tl0PicIdx()).isEqualTo(7);
        assertThat(peek.vp8().keyIdx()).isEqualTo(5);
        assertThat(peek.vp8().headerLength()).isEqualTo(6);
    }

    @Test
    void readsPlainVp8() {
        peek(Codec.VP8, hex("10 01"));
        assertThat(peek.keyFrame()).isFalse();
        assertThat(peek.startOfFrame()).isTrue();
        peek(Codec.VP8, hex("00 00"));
        assertThat(peek.keyFrame()).isFalse();
        assertThat(peek.startOfFrame()).isFalse();
        peek(Codec.VP8, hex("80 80 7f 01"));
        assertThat(peek.vp8().pictureId()).isEqualTo(127);
        assertThat(peek.vp8().hasLongPictureId()).isFalse();
    }

    @Test
    void readsTheBlankFrames() {
        byte[] b = new byte[200];
        b[0] = 0x10;
        int n = 1 + BlankFrames.writeVp8(b, 1);
        peek(Codec.VP8, Arrays.copyOf(b, n));
        assertThat(peek.keyFrame()).isTrue();
        assertThat(List.of(peek.width(), peek.height())).containsExactly(8, 8);
        n = BlankFrames.writeH264(b, 0);
        peek(Codec.H264, Arrays.copyOf(b, n));
        assertThat(peek.keyFrame()).isTrue();
        assertThat(List.of(peek.width(), peek.height())).containsExactly(2, 2);
    }

    @Test
    void readsAVp9KeyFrameWithItsLayers() {
        peek(Codec.VP9, VP9_KEY);
        assertThat(peek.isMalformed()).isFalse();
        assertThat(peek.keyFrame()).isTrue();
        assertThat(peek.startOfFrame()).isTrue();
        assertThat(peek.endOfFrame()).isFalse();
        assertThat(peek.switchingUp()).isTrue();
        assertThat(peek.spatialId()).isZero();
        assertThat(peek.vp9().pictureId()).isEqualTo(0x123);
        assertThat(peek.vp9().spatialLayers()).isEqualTo(2);
        assertThat(peek.vp9().width(0)).isEqualTo(1280);
        assertThat(peek.width()).isEqualTo(2560);
        assertThat(peek.height()).isEqualTo(1440);
        assertThat(peek.vp9().tl0PicIdx()).isEqualTo(7);
    }

    @Test
    void readsVp9FlexibleModeAndProfileThree() {
        // I L P F B, TID 2 SID 1 D, two references, delta frame
        peek(Codec.VP9, hex("f8 05 43 03 04 86"));
        assertThat(peek.isMalformed()).isFalse();
        assertThat(peek.temporalId()).isEqualTo(2);
        assertThat(peek.spatialId()).isEqualTo(1);
        assertThat(peek.vp9().isInterLayerPredicted()).isTrue();
        assertThat(peek.vp9().isInterPredicted()).isTrue();
        assertThat(peek.vp9().headerLength()).isEqualTo(5);
        assertThat(peek.keyFrame()).isFalse();
        peek(Codec.VP9, hex("08 b1"));
        assertThat(peek.keyFrame()).isTrue();
        peek(Codec.VP9, hex("08 b4"));
        assertThat(peek.keyFrame()).isFalse();
        peek(Codec.VP9, hex("08 80"));
        assertThat(peek.keyFrame()).isTrue();
        peek(Codec.VP9, hex("08 84"));
        assertThat(peek.keyFrame()).isFalse();
        peek(Codec.VP9, hex("00 80"));
        assertThat(peek.keyFrame()).isFalse();
    }

    @Test
    void readsAVp9StructureWithPictureGroup() {
        // V and B: one layer, no sizes, G with two pictures of 0 and 2 references
        peek(Codec.VP9, hex("0a 08 02 00 08 01 02 80"));
        assertThat(peek.isMalformed()).isFalse();
        assertThat(peek.vp9().headerLength()).isEqualTo(7);
        assertThat(peek.keyFrame()).isTrue();
        assertThat(peek.width()).isZero();
    }

    @Test
    void findsTheSpsInEveryH264Packing() {
        byte[] sps = Vectors.h264Sps1080();
        byte[] size = {0, (byte) sps.length};
        peek(Codec.H264, sps);
        assertThat(peek.keyFrame()).isTrue();
        assertThat(List.of(peek.width(), peek.height())).containsExactly(1920, 1080);
        byte[] delimiter = hex("0002 09f0");
        peek(Codec.H264, concat(hex("18"), delimiter, size, sps));
        assertSps1080();
        peek(Codec.H264, concat(hex("190000"), delimiter, size, sps));
        assertSps1080();
        peek(Codec.H264, concat(hex("1a0000"), size, hex("000000"), sps));
        assertSps1080();
        peek(Codec.H264, concat(hex("1b0000"), size, hex("00000000"), sps));
        assertSps1080();
        peek(Codec.H264, hex("7c 87 42"));
        assertThat(peek.keyFrame()).isTrue();
        peek(Codec.H264, hex("7c 07 42"));
        assertThat(peek.keyFrame()).isFalse();
        peek(Codec.H264, hex("7d 87 0000 42"));
        assertThat(peek.keyFrame()).isTrue();
    }

    @Test
    void takesNoH264IdrWithoutSpsForAKeyFrame() {
        peek(Codec.H264, hex("65 88 84"));
        assertThat(peek.keyFrame()).isFalse();
        assertThat(peek.startOfFrame()).isTrue();
        peek(Codec.H264, hex("41 40"));
        assertThat(peek.startOfFrame()).isFalse();
        peek(Codec.H264, hex("7c 85 88"));
        assertThat(peek.startOfFrame()).isTrue();
        peek(Codec.H264, hex("7c 45 88"));
        assertThat(peek.startOfFrame()).isFalse();
    }

    @Test
    void findsParameterSetsInEveryH265Packing() {
        peek(Codec.H265, H265_SPS);
        assertThat(peek.keyFrame()).isTrue();
        assertThat(List.of(peek.width(), peek.height())).containsExactly(1280, 720);
        byte[] size = {0, (byte) H265_SPS.length};
        peek(Codec.H265, concat(hex("6001 0003 400155"), size, H265_SPS));
        assertThat(peek.keyFrame()).isTrue();
        assertThat(List.of(peek.width(), peek.height())).containsExactly(1280, 720);
        peek(Codec.H265, hex("4401 c0"));
        assertThat(peek.keyFrame()).isTrue();
        peek(Codec.H265, hex("4001 0c"));
        assertThat(peek.keyFrame()).isFalse();
        peek(Codec.H265, hex("6203 a1 00"));
        assertThat(peek.keyFrame()).isTrue();
        assertThat(peek.temporalId()).isEqualTo(2);
        peek(Codec.H265, hex("6203 93 80"));
        assertThat(peek.keyFrame()).isFalse();
        assertThat(peek.startOfFrame()).isTrue();
        peek(Codec.H265, hex("0203 00"));
        assertThat(peek.startOfFrame()).isFalse();
    }

    @Test
    void findsTheAv1SequenceHeaderBeforeAKeyFrame() {
        byte[] size = {(byte) AV1_SEQUENCE.length};
        byte[] keyFrame = hex("30 10 00");
        peek(Codec.AV1, concat(hex("28"), size, AV1_SEQUENCE, keyFrame));
        assertThat(peek.keyFrame()).isTrue();
        assertThat(List.of(peek.width(), peek.height())).containsExactly(640, 360);
        peek(Codec.AV1, concat(hex("08"), size, AV1_SEQUENCE, hex("03"), keyFrame));
        assertThat(peek.keyFrame()).isTrue();
        peek(Codec.AV1, concat(hex("28"), size, AV1_SEQUENCE, hex("30 30 00")));
        assertThat(peek.keyFrame()).isFalse();
        assertThat(peek.width()).isZero();
        peek(Codec.AV1, concat(hex("28"), size, AV1_SEQUENCE, hex("18 90")));
        assertThat(peek.keyFrame()).isFalse();
        peek(Codec.AV1, concat(hex("a8"), size, AV1_SEQUENCE, keyFrame));
        assertThat(peek.keyFrame()).isFalse();
        peek(Codec.AV1, concat(hex("18"), keyFrame));
        assertThat(peek.keyFrame()).isFalse();
    }

    @Test
    void knowsNothingOfAudio() {
        peek(Codec.OPUS, hex("ffff"));
        assertThat(peek.keyFrame()).isFalse();
        assertThat(peek.spatialId()).isEqualTo(-1);
    }

    @Test
    void neverReadsOutsideTruncatedOrMutatedPayloads() {
        byte[] h264 = concat(hex("18 0002 09f0 0018"), Vectors.h264Sps1080());
        byte[] av1 = concat(hex("08 0f"), AV1_SEQUENCE, hex("03 301000"));
        byte[] h265 = concat(hex("6001 0003 400155 0030"), H265_SPS);
        SplittableRandom random = new SplittableRandom(9);
        for (Codec codec : Codec.values()) {
            for (byte[] whole : List.of(VP8_KEY, VP9_KEY, h264, h265, H265_SPS, av1)) {
                for (int n = 0; n < whole.length; n++) {
                    peek(codec, Arrays.copyOf(whole, n));
                }
                for (int i = 0; i < 5_000; i++) {
                    byte[] bad = Arrays.copyOf(whole, random.nextInt(whole.length + 1));
                    for (int k = random.nextInt(5); k > 0 && bad.length > 0; k--) {
                        bad[random.nextInt(bad.length)] = (byte) random.nextInt();
                    }
                    peek(codec, bad);
                    assertThat(peek.width()).isNotNegative();
                }
            }
        }
    }

    @Test
    void knowsCodecsByMime() {
        assertThat(Codec.ofMime("VIDEO/vp8")).isEqualTo(Codec.VP8);
        assertThat(Codec.ofMime("audio/opus").clockRate()).isEqualTo(48_000);
        assertThat(Codec.ofMime("audio/red").isVideo()).isFalse();
        assertThat(Codec.ofMime("video/H264").isVideo()).isTrue();
        assertThat(Codec.ofMime("")).isEqualTo(Codec.UNKNOWN);
        assertThat(Codec.ofMime("video/rtx")).isEqualTo(Codec.UNKNOWN);
    }

    private void assertSps1080() {
        assertThat(peek.keyFrame()).isTrue();
        assertThat(List.of(peek.width(), peek.height())).containsExactly(1920, 1080);
    }

    /// At an offset, with nothing behind, so that reading too far throws.
    private void peek(Codec codec, byte[] payload) {
        byte[] b = concat(new byte[12], payload);
        peek.peek(codec, b, 12, payload.length);
    }
}

package io.parley.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RedPayloadTest {
    private static final byte[] TWO_REDUNDANT =
            Vectors.hex("ef 1e0002 ef 0f0003 6f a1a2 b1b2b3 c1");

    private final RedPayload red = new RedPayload();

    @Test
    void readsRedundantAndPrimaryBlocks() {
        assertThat(red.parse(TWO_REDUNDANT, 0, TWO_REDUNDANT.length)).isTrue();
        assertThat(red.redundantCount()).isEqualTo(2);
        assertThat(red.payloadType(0)).isEqualTo(111);
        assertThat(red.timestampOffset(0)).isEqualTo(1920);
        assertThat(red.timestampOffset(1)).isEqualTo(960);
        assertThat(red.offset(0)).isEqualTo(9);
        assertThat(red.length(0)).isEqualTo(2);
        assertThat(red.offset(1)).isEqualTo(11);
        assertThat(red.length(1)).isEqualTo(3);
        assertThat(red.primaryPayloadType()).isEqualTo(111);
        assertThat(red.primaryOffset()).isEqualTo(14);
        assertThat(red.primaryLength()).isEqualTo(1);
    }

    @Test
    void readsBackWhatItWrites() {
        byte[] b = new byte[100];
        int at = RedPayload.writeRedundantHeader(b, 0, 111, 16383, 20);
        at += RedPayload.writePrimaryHeader(b, at, 63);
        assertThat(red.parse(b, 0, at + 30)).isTrue();
        assertThat(red.timestampOffset(0)).isEqualTo(16383);
        assertThat(red.length(0)).isEqualTo(20);
        assertThat(red.primaryPayloadType()).isEqualTo(63);
        assertThat(red.primaryLength()).isEqualTo(10);
    }

    @Test
    void refusesBlocksThatDoNotFit() {
        assertThat(red.parse(TWO_REDUNDANT, 0, 0)).isFalse();
        for (int n = 0; n < 14; n++) {
            byte[] cut = Arrays.copyOf(TWO_REDUNDANT, n);
            assertThat(red.parse(cut, 0, n)).isFalse();
        }
        SplittableRandom random = new SplittableRandom(8);
        for (int i = 0; i < 50_000; i++) {
            byte[] bad = Arrays.copyOf(TWO_REDUNDANT, random.nextInt(80));
            for (int k = 0; k < 4 && bad.length > 0; k++) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            if (red.parse(bad, 0, bad.length)) {
                assertThat(red.primaryOffset() + red.primaryLength()).isEqualTo(bad.length);
            }
        }
    }

    @Test
    void sendsTheBlankFramesThatEncryptedClientsKnow() throws NoSuchAlgorithmException {
        byte[] b = new byte[200];
        assertThat(sha256(b, 0, BlankFrames.writeVp8(b, 0))).startsWith("ef016165");
        assertThat(sha256(b, 0, BlankFrames.writeOpus(b, 0))).startsWith("aad8d31f");
        assertThat(BlankFrames.writeH264(b, 0)).isEqualTo(47);
        assertThat(sha256(b, 3, 24)).startsWith("f0a0e096");
        assertThat(sha256(b, 29, 6)).startsWith("61d9665e");
        assertThat(sha256(b, 37, 10)).startsWith("faffc26b");
    }

    @Test
    void wrapsSilenceInRedAndPcm() {
        byte[] b = new byte[200];
        int n = BlankFrames.writeRed(111, b, 0);
        assertThat(red.parse(b, 0, n)).isTrue();
        assertThat(red.redundantCount()).isZero();
        assertThat(red.primaryPayloadType()).isEqualTo(111);
        assertThat(red.primaryLength()).isEqualTo(80);
        assertThat(BlankFrames.writePcm(Codec.PCMU, b, 0)).isEqualTo(160);
        assertThat(b[159]).isEqualTo((byte) 0xFF);
        assertThat(BlankFrames.writePcm(Codec.PCMA, b, 0)).isEqualTo(160);
        assertThat(b[0]).isEqualTo((byte) 0xD5);
    }

    private static String sha256(byte[] b, int from, int len) throws NoSuchAlgorithmException {
        byte[] part = Arrays.copyOfRange(b, from, from + len);
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(part));
    }
}

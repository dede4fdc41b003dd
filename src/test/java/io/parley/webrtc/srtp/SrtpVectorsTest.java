package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SrtpVectorsTest {
    private static final String RTP =
            "8040f17b8041f8d35501a0b2"
                    + "47616c6c696120657374206f6d6e69732064697669736120696e207061727465732074726573";
    private static final String GCM_SALT = "517569642070726f2071756f";

    @Test
    void derivesTheSessionKeysOfRfc3711AppendixB3() {
        SessionKeys keys =
                SessionKeys.forRtp(
                        SrtpProfile.AES128_CM_HMAC_SHA1_80,
                        hex("e1f97a0d3e018be0d64fa32c06de4139"),
                        hex("0ec675ad498afeebb6960b3aabe6"));

        assertThat(keys.key()).isEqualTo(hex("c61e7a93744f39ee10734afe3ff7a087"));
        assertThat(keys.salt()).isEqualTo(hex("30cbbc08863d8c85d49db34a9ae1"));
        assertThat(keys.authKey()).isEqualTo(hex("cebe321f6ff7716b6fd4ab49af256a156d38baa4"));
    }

    @Test
    void yieldsTheKeystreamOfRfc3711AppendixB2() {
        SessionKeys keys =
                new SessionKeys(
                        hex("2b7e151628aed2a6abf7158809cf4f3c"),
                        new byte[20],
                        hex("f0f1f2f3f4f5f6f7f8f9fafbfcfd"));
        byte[] packet = new byte[12 + 48 + 10];
        packet[0] = (byte) 0x80;

        new CounterModeCipher(keys, keys).seal(packet, 0, 12, 60, 0);

        assertThat(Arrays.copyOfRange(packet, 12, 60))
                .isEqualTo(
                        hex(
                                "e03ead0935c95e80e166b16dd92b4eb4"
                                        + "d23513162b02d0f72a43a2fe4a5f97ab"
                                        + "41e95b3bb0a2e8dd477901e4fca894c0"));
    }

    @Test
    void sealsThePacketOfRfc7714Section16WithA128BitKey() {
        assertThat(sealedWithGcm("000102030405060708090a0b0c0d0e0f"))
                .containsOnly(
                        "8040f17b8041f8d35501a0b2"
                                + "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b"
                                + "36de3adf8833899d7f27beb16a9152cf765ee4390cce");
    }

    @Test
    void sealsThePacketOfRfc7714Section16WithA256BitKey() {
        assertThat(
                        sealedWithGcm(
                                "000102030405060708090a0b0c0d0e0f"
                                        + "101112131415161718191a1b1c1d1e1f"))
                .containsOnly(
                        "8040f17b8041f8d35501a0b2"
                                + "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f"
                                + "1ba63799b87b7aa3db36dfffd6b0f9bb7878d7a76c13");
    }

    @Test
    void sealsAndOpensTheControlPacketOfRfc7714Section17WithA128BitKey() {
        String plain =
                "81c8000d4d6172734e5450314e545032525450200000042a0000e9304c756e61"
                        + "deadbeefdeadbeefdeadbeefdeadbeefdeadbeef";
        String sealed =
                "81c8000d4d617273"
                        + "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda"
                        + "4ce09b4686303ded0bb9275bc84aa45896cf4d2fc5abf87245d9eade800005d4";

        for (PacketCipher cipher : gcm("000102030405060708090a0b0c0d0e0f")) {
            byte[] packet = Arrays.copyOf(hex(plain), 52 + 20);
            assertThat(cipher.sealControl(packet, 0, 52, 0x5d4)).isEqualTo(72);
            assertThat(HexFormat.of().formatHex(packet)).isEqualTo(sealed);
            assertThat(cipher.openControl(packet, 0, 72, 0x5d4)).isEqualTo(52);
            assertThat(HexFormat.of().formatHex(packet, 0, 52)).isEqualTo(plain);
        }
    }

    private static List<String> sealedWithGcm(String key) {
        List<String> all = new ArrayList<>();
        for (PacketCipher cipher : gcm(key)) {
            byte[] plain = hex(RTP);
            byte[] packet = Arrays.copyOf(plain, plain.length + 16);
            int length = cipher.seal(packet, 0, 12, plain.length, 0xf17b);
            all.add(HexFormat.of().formatHex(packet, 0, length));
        }
        return all;
    }

    private static List<PacketCipher> gcm(String key) {
        SessionKeys keys = new SessionKeys(hex(key), new byte[20], hex(GCM_SALT));
        return List.of(new GcmCipher(keys, keys), new IntrinsicGcmCipher(keys, keys));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}

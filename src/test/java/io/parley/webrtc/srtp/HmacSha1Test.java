package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

final class HmacSha1Test {
    @Test
    void yieldsTheTagsOfRfc2202() {
        byte[] key = new byte[20];
        Arrays.fill(key, (byte) 0x0b);

        assertThat(tag(new HmacSha1(key), "Hi There"))
                .isEqualTo("b617318655057264e28bc0b6fb378c8ef146be00");
        assertThat(tag(new HmacSha1(ascii("Jefe")), "what do ya want for nothing?"))
                .isEqualTo("effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
    }

    @Test
    void beginsAnewAfterEachTag() {
        HmacSha1 mac = new HmacSha1(ascii("Jefe"));

        String first = tag(mac, "what do ya want for nothing?");
        tag(
                mac,
                "something else, and longer than the sixty-four bytes that one block of SHA-1 has");

        assertThat(tag(mac, "what do ya want for nothing?")).isEqualTo(first);
    }

    private static String tag(HmacSha1 mac, String text) {
        byte[] bytes = ascii(text);
        byte[] tag = new byte[HmacSha1.LENGTH];
        mac.update(bytes, 0, bytes.length);
        mac.finish(tag);
        return HexFormat.of().formatHex(tag);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

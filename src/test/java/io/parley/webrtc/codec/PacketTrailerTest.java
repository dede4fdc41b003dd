package io.parley.webrtc.codec;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacketTrailerTest {
    @Test
    void measuresATrailer() {
        byte[] b = {0, 1, 2, 3, (byte) (7 ^ 0xFF), 'L', 'K', 'T', 'S'};
        assertThat(PacketTrailer.length(b, 1, 8)).isEqualTo(7);
        assertThat(PacketTrailer.length(b, 2, 7)).isEqualTo(7);
    }

    @Test
    void takesNothingElseForOne() {
        byte[] b = {0, 1, 2, 3, (byte) (7 ^ 0xFF), 'L', 'K', 'T', 'S'};
        assertThat(PacketTrailer.length(b, 3, 6)).as("longer than the payload").isZero();
        assertThat(PacketTrailer.length(b, 0, 8)).as("no magic").isZero();
        for (int length = 0; length < 5; length++) {
            assertThat(PacketTrailer.length(b, 9 - length, length)).isZero();
        }
        b[4] = (byte) (4 ^ 0xFF);
        assertThat(PacketTrailer.length(b, 0, 9)).as("shorter than itself").isZero();
    }
}

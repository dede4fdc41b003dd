package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Against the JDK's own cipher. The rounds are many, so that the JIT's versions are tested too.
final class IntrinsicGcmCipherTest {
    private static final int ROUNDS = 20_000;
    private static final int BUFFER = 2048;
    private static final int RTP_OVERHEAD = 16;
    private static final int RTCP_OVERHEAD = 20;
    private static final String GCM = "AEAD_.*";

    private final Random random = new Random(25);

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = GCM)
    void agreesWithTheJdkAboutRtpOfAnyLengthAtAnyOffset(SrtpProfile profile) {
        PacketCipher intrinsic = cipher(SrtpBackend.INTRINSIC, profile);
        PacketCipher jdk = cipher(SrtpBackend.JDK, profile);

        for (int round = 0; round < ROUNDS; round++) {
            byte[] plain = bytes();
            int off = random.nextInt(64);
            int clear = 12 + 4 * random.nextInt(18);
            int length = clear + random.nextInt(1501);
            long index = random.nextLong(1L << 48);

            byte[] expected = plain.clone();
            jdk.seal(expected, off, clear, length, index);
            byte[] packet = plain.clone();
            int sealed = intrinsic.seal(packet, off, clear, length, index);
            assertThat(sealed).isEqualTo(length + RTP_OVERHEAD);
            assertSame(packet, expected, round);

            flip(packet, off, bitOf(round, clear, sealed));
            byte[] tampered = packet.clone();
            assertThat(intrinsic.open(packet, off, clear, sealed, index))
                    .isEqualTo(PacketCipher.AUTH_FAILED);
            assertSame(packet, tampered, round);

            assertThat(intrinsic.open(expected, off, clear, sealed, index)).isEqualTo(length);
            System.arraycopy(plain, off + length, expected, off + length, RTP_OVERHEAD);
            assertSame(expected, plain, round);
        }
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ALL, names = GCM)
    void agreesWithTheJdkAboutRtcp(SrtpProfile profile) {
        PacketCipher intrinsic = cipher(SrtpBackend.INTRINSIC, profile);
        PacketCipher jdk = cipher(SrtpBackend.JDK, profile);

        for (int round = 0; round < ROUNDS; round++) {
            byte[] plain = bytes();
            int off = random.nextInt(64);
            int length = 8 + random.nextInt(round % 2 == 0 ? 100 : 1501);
            int index = random.nextInt(Integer.MAX_VALUE);

            byte[] expected = plain.clone();
            jdk.sealControl(expected, off, length, index);
            byte[] packet = plain.clone();
            int sealed = intrinsic.sealControl(packet, off, length, index);
            assertThat(sealed).isEqualTo(length + RTCP_OVERHEAD);
            assertSame(packet, expected, round);

            flip(packet, off, random.nextInt(8 * sealed));
            byte[] tampered = packet.clone();
            assertThat(intrinsic.openControl(packet, off, sealed, index))
                    .isEqualTo(PacketCipher.AUTH_FAILED);
            assertSame(packet, tampered, round);

            assertThat(intrinsic.openControl(expected, off, sealed, index)).isEqualTo(length);
            System.arraycopy(plain, off + length, expected, off + length, RTCP_OVERHEAD);
            assertSame(expected, plain, round);
        }
    }

    @Test
    void refusesAnyFlippedBitOfHeaderBodyAndTag() {
        PacketCipher cipher = cipher(SrtpBackend.INTRINSIC, SrtpProfile.AEAD_AES_128_GCM);
        byte[] packet = bytes();
        int sealed = cipher.seal(packet, 3, 20, 57, 9);

        for (int bit = 0; bit < 8 * sealed; bit++) {
            byte[] tampered = packet.clone();
            flip(tampered, 3, bit);
            assertThat(cipher.open(tampered, 3, 20, sealed, 9))
                    .as("bit %d", bit)
                    .isEqualTo(PacketCipher.AUTH_FAILED);
        }
        assertThat(cipher.open(packet, 3, 20, sealed, 8)).isEqualTo(PacketCipher.AUTH_FAILED);
        assertThat(cipher.open(packet, 3, 20, sealed, 9)).isEqualTo(57);
    }

    @Test
    void takesPacketsLongerThanItsSlotAndShortOnesAfterThem() {
        PacketCipher intrinsic = cipher(SrtpBackend.INTRINSIC, SrtpProfile.AEAD_AES_128_GCM);
        PacketCipher jdk = cipher(SrtpBackend.JDK, SrtpProfile.AEAD_AES_128_GCM);

        for (int length : new int[] {2015, 2016, 2017, 65_000, 16, 9000, 12}) {
            byte[] packet = new byte[length + RTP_OVERHEAD];
            random.nextBytes(packet);
            byte[] expected = packet.clone();
            jdk.seal(expected, 0, 12, length, length);

            intrinsic.seal(packet, 0, 12, length, length);

            assertSame(packet, expected, length);
        }
    }

    private static PacketCipher cipher(SrtpBackend backend, SrtpProfile profile) {
        return backend.cipher(
                profile, SrtpSelfTest.masterKey(profile), SrtpSelfTest.masterSalt(profile));
    }

    private byte[] bytes() {
        byte[] bytes = new byte[BUFFER];
        random.nextBytes(bytes);
        return bytes;
    }

    /// By turns one of the header, of the body and tag, of the tag alone.
    private int bitOf(int round, int clear, int sealed) {
        return switch (round % 3) {
            case 0 -> random.nextInt(8 * clear);
            case 1 -> random.nextInt(8 * clear, 8 * sealed);
            default -> random.nextInt(8 * (sealed - RTP_OVERHEAD), 8 * sealed);
        };
    }

    private static void flip(byte[] packet, int off, int bit) {
        packet[off + bit / 8] ^= (byte) (1 << bit % 8);
    }

    private static void assertSame(byte[] actual, byte[] expected, int round) {
        if (!Arrays.equals(actual, expected)) {
            assertThat(actual).as("round %d", round).isEqualTo(expected);
        }
    }
}

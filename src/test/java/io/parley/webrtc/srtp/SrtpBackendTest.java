package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.parley.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

final class SrtpBackendTest {
    private static final String RTCP = "81c8000bcafebabe" + "abababababababababababababababab";

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void sealsTheKnownAnswer(SrtpBackend backend, SrtpProfile profile) {
        byte[] plain = SrtpSelfTest.plain();
        byte[] packet = Arrays.copyOf(plain, plain.length + 16);

        int length = backend.sealer(keys(profile)).sealRtp(packet, 0, 12, 28, plain, 28, 0);

        assertThat(HexFormat.of().formatHex(packet, 0, length))
                .isEqualTo(HexFormat.of().formatHex(SrtpSelfTest.sealed(profile)));
    }

    @ParameterizedTest
    @EnumSource
    void opensTheSrtcpPacketOfLibsrtp(SrtpBackend backend) {
        String known =
                "81c8000bcafebabe7128035be487b9bdbef89041f977a5a8" + "80000001993e08cd54d6c1230798";
        byte[] opened = HexFormat.of().parseHex(known);
        SrtpKeys keys = keys(SrtpProfile.AES128_CM_HMAC_SHA1_80);

        assertThat(backend.opener(keys).openRtcp(opened, 0, opened.length)).isEqualTo(24);
        assertThat(HexFormat.of().formatHex(opened, 0, 24)).isEqualTo(RTCP);
    }

    @Test
    void allSealTheSameRtpThroughRollOversJumpsAndRepeats() {
        for (SrtpProfile profile : SrtpProfile.values()) {
            SrtpSealer intrinsic = SrtpBackend.INTRINSIC.sealer(SrtpPackets.keys(profile, true));
            SrtpSealer jdk = SrtpBackend.JDK.sealer(SrtpPackets.keys(profile, true));
            SrtpSealer jitsi = SrtpBackend.JITSI.sealer(SrtpPackets.keys(profile, true));
            int seq = 100;
            for (int step : new int[] {0, 0, 1, 40_000, 30_000, 0, -5, 5, 32_768, 65_535, 7, 0}) {
                seq += step;
                byte[] sealed = SrtpPackets.seal(jdk, 5, seq & 0xffff, 40);
                assertThat(SrtpPackets.seal(jitsi, 5, seq & 0xffff, 40))
                        .as("%s seq %d", profile, seq)
                        .isEqualTo(sealed);
                assertThat(SrtpPackets.seal(intrinsic, 5, seq & 0xffff, 40))
                        .as("%s seq %d", profile, seq)
                        .isEqualTo(sealed);
            }
        }
    }

    @Test
    void allPassTheSelfTestAndTheIntrinsicsArePreferred() {
        assertThat(SrtpBackend.values()).allMatch(SrtpSelfTest::passes);
        assertThat(SrtpFactory.backend()).isEqualTo(SrtpBackend.INTRINSIC);
    }

    @Test
    void fallsBackWhenTheFirstThrowsOrYieldsOtherBytes() {
        CipherSource absent =
                (_, _, _) -> {
                    throw new IllegalStateException("the JDK lacks AES/GCM/NoPadding");
                };
        CipherSource closed =
                (_, _, _) -> {
                    throw new ExceptionInInitializerError("the JDK does not open its AES");
                };
        CipherSource wrong =
                (profile, key, salt) -> {
                    byte[] other = key.clone();
                    other[0]++;
                    return SrtpBackend.JDK.cipher(profile, other, salt);
                };

        CipherSource chosen =
                SrtpFactory.firstSound(List.of(absent, closed, wrong, SrtpBackend.JITSI));

        assertThat(chosen).isSameAs(SrtpBackend.JITSI);
        assertThatIllegalStateException()
                .isThrownBy(() -> SrtpFactory.firstSound(List.of(absent, closed, wrong)));
    }

    @Test
    void usesTheIntrinsicsOnlyWhereTheJdkIsOpened() {
        assertThat(backendOfAnother("--add-opens=java.base/com.sun.crypto.provider=ALL-UNNAMED"))
                .isEqualTo("INTRINSIC");
        assertThat(backendOfAnother("--add-opens=java.base/java.nio=ALL-UNNAMED")).isEqualTo("JDK");
    }

    private static String backendOfAnother(String option) {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        String classes = System.getProperty("java.class.path");
        String main = BackendInUse.class.getName();
        List<String> command = List.of(java, "-XX:+UseSerialGC", option, "-cp", classes, main);
        try (ChildProcess other = ChildProcess.start(Path.of("."), command)) {
            return other.nextLine(Duration.ofSeconds(60));
        }
    }

    private static SrtpKeys keys(SrtpProfile profile) {
        byte[] key = SrtpSelfTest.masterKey(profile);
        byte[] salt = SrtpSelfTest.masterSalt(profile);
        byte[] exported = new byte[profile.exportedLength()];
        System.arraycopy(key, 0, exported, 0, key.length);
        System.arraycopy(key, 0, exported, key.length, key.length);
        System.arraycopy(salt, 0, exported, 2 * key.length, salt.length);
        System.arraycopy(salt, 0, exported, 2 * key.length + salt.length, salt.length);
        return SrtpKeys.fromExporter(profile, exported, true);
    }
}

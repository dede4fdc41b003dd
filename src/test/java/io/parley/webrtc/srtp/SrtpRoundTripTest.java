package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class SrtpRoundTripTest {
    private static final int SSRC = 0xdeadbeef;

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void opensWhatTheOtherSideSealed(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));

        for (int length : new int[] {0, 1, 15, 16, 17, 100, 767, 1100, 1460, 1536, 1537, 4000}) {
            byte[] sealed = SrtpPackets.seal(sealer, SSRC, length, length);
            assertThat(sealed).hasSize(12 + length + profile.rtpOverheadBytes());
            assertThat(openRtp(opener, sealed)).isEqualTo(SrtpPackets.plain(SSRC, length, length));
        }
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void sealsAHeadWithExtensionAndPayloadPrefixAtAnyOffset(
            SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));
        byte[] dst = new byte[2000];
        int off = 37;
        SrtpPackets.header(dst, off, SSRC, 9);
        dst[off] |= 0x10;
        dst[off + 15] = 2;
        System.arraycopy(
                "prefix".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, dst, off + 24, 6);
        byte[] payload = SrtpPackets.payload(500, 3);
        byte[] plain = Arrays.copyOfRange(dst, off, off + 30 + 400);
        System.arraycopy(payload, 50, plain, 30, 400);

        int length = sealer.sealRtp(dst, off, 24, 30, payload, 50, 400);

        assertThat(length).isEqualTo(430 + profile.rtpOverheadBytes());
        assertThat(opener.openRtp(dst, off, length)).isEqualTo(430);
        assertThat(Arrays.copyOfRange(dst, off, off + 430)).isEqualTo(plain);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void followsTheRollOverWithReorderingAroundIt(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));
        Random random = new Random(42);

        for (int start = 65000; start < 65000 + 3 * 65536; start += 16) {
            byte[][] burst = new byte[16][];
            for (int i = 0; i < 16; i++) {
                burst[i] = SrtpPackets.seal(sealer, SSRC, (start + i) & 0xffff, 20);
            }
            java.util.Collections.shuffle(Arrays.asList(burst), random);
            for (byte[] sealed : burst) {
                int seq16 = Bytes.uint16(sealed, 2);
                assertThat(openRtp(opener, sealed)).isEqualTo(SrtpPackets.plain(SSRC, seq16, 20));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void sealsAnOldPacketWithTheRollOverCountOfItsTime(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        byte[] first = SrtpPackets.seal(sealer, SSRC, 65530, 50);
        SrtpPackets.seal(sealer, SSRC, 65535, 50);
        SrtpPackets.seal(sealer, SSRC, 3, 50);

        assertThat(SrtpPackets.seal(sealer, SSRC, 65530, 50)).isEqualTo(first);
        assertThat(SrtpPackets.seal(sealer, SSRC, 65530, 50)).isEqualTo(first);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void refusesAReplayedPacket(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));
        byte[] first = SrtpPackets.seal(sealer, SSRC, 1, 50);
        byte[] second = SrtpPackets.seal(sealer, SSRC, 2, 50);

        openRtp(opener, first);
        openRtp(opener, second);

        assertThat(drop(opener, first)).isEqualTo(SrtpDropReason.REPLAYED);
        assertThat(drop(opener, second)).isEqualTo(SrtpDropReason.REPLAYED);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void opensPacketsThatComeTwoThousandLateButNotLater(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));
        byte[][] sealed = new byte[4000][];
        for (int seq = 0; seq < sealed.length; seq++) {
            sealed[seq] = SrtpPackets.seal(sealer, SSRC, seq, 10);
        }

        openRtp(opener, sealed[0]);
        openRtp(opener, sealed[3000]);

        assertThat(drop(opener, sealed[3000 - 2048])).isEqualTo(SrtpDropReason.TOO_OLD);
        for (int seq = 2999; seq > 3000 - 2048; seq--) {
            assertThat(openRtp(opener, sealed[seq])).hasSize(22);
        }
        assertThat(drop(opener, sealed[2000])).isEqualTo(SrtpDropReason.REPLAYED);
        assertThat(openRtp(opener, sealed[3999])).hasSize(22);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void refusesATamperedPacketAndOpensTheNext(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));
        openRtp(opener, SrtpPackets.seal(sealer, SSRC, 0, 60));
        byte[] sealed = SrtpPackets.seal(sealer, SSRC, 1, 60);

        for (int i = 1; i < sealed.length; i++) {
            byte[] tampered = sealed.clone();
            tampered[i] ^= 0x10;
            assertThat(drop(opener, tampered)).isEqualTo(SrtpDropReason.AUTH_FAILED);
        }

        assertThat(openRtp(opener, sealed)).isEqualTo(SrtpPackets.plain(SSRC, 1, 60));
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void refusesAPacketCutAtAnyLength(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));
        byte[] rtp = SrtpPackets.seal(sealer, SSRC, 1, 60);
        byte[] rtcp = sealRtcp(sealer, SrtpPackets.rtcp(SSRC, 13));

        for (int length = 0; length < rtp.length; length++) {
            assertThat(opener.openRtp(rtp.clone(), 0, length)).isNegative();
        }
        for (int length = 0; length < rtcp.length; length++) {
            assertThat(opener.openRtcp(rtcp.clone(), 0, length)).isNegative();
        }
        assertThat(openRtp(opener, rtp)).hasSize(72);
        assertThat(openRtcp(opener, rtcp)).hasSize(52);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void survivesRandomBytes(SrtpBackend backend, SrtpProfile profile) {
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));
        Random random = new Random(99);
        for (int i = 0; i < 20_000; i++) {
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            if (garbage.length > 0) {
                garbage[0] = (byte) (0x80 | (garbage[0] & 0x3f));
            }
            assertThat(opener.openRtp(garbage.clone(), 0, garbage.length)).isNegative();
            assertThat(opener.openRtcp(garbage, 0, garbage.length)).isNegative();
        }
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void keepsNothingOfStreamsThatNeverProvedAuthentic(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        StreamOpener opener = (StreamOpener) backend.opener(SrtpPackets.keys(profile, false));
        openRtp(opener, SrtpPackets.seal(sealer, SSRC, 1, 60));

        for (int ssrc = 0; ssrc < 5000; ssrc++) {
            byte[] forged = SrtpPackets.plain(ssrc, 1, 60);
            assertThat(drop(opener, forged)).isEqualTo(SrtpDropReason.AUTH_FAILED);
        }

        assertThat(opener.rtpStreams()).isEqualTo(1);
        assertThat(openRtp(opener, SrtpPackets.seal(sealer, SSRC, 2, 60))).hasSize(72);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void keepsABoundedNumberOfAuthenticStreamsTheMostRecent(
            SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        StreamOpener opener = (StreamOpener) backend.opener(SrtpPackets.keys(profile, false));
        byte[] kept = SrtpPackets.seal(sealer, -1, 0, 10);
        openRtp(opener, kept.clone());

        for (int ssrc = 0; ssrc < 3000; ssrc++) {
            openRtp(opener, SrtpPackets.seal(sealer, ssrc * 7919, 1, 10));
            openRtp(opener, SrtpPackets.seal(sealer, -1, ssrc + 1, 10));
        }

        assertThat(opener.rtpStreams()).isEqualTo(StreamOpener.MAX_STREAMS);
        assertThat(drop(opener, SrtpPackets.seal(sealer, -1, 2999, 10)))
                .isEqualTo(SrtpDropReason.REPLAYED);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void carriesRtcpAndRefusesItsReplayAndTampering(SrtpBackend backend, SrtpProfile profile) {
        SrtpSealer sealer = backend.sealer(SrtpPackets.keys(profile, true));
        SrtpOpener opener = backend.opener(SrtpPackets.keys(profile, false));

        for (int words : new int[] {2, 3, 13, 300}) {
            byte[] plain = SrtpPackets.rtcp(SSRC + words % 2, words);
            byte[] sealed = sealRtcp(sealer, plain);
            assertThat(sealed).hasSize(plain.length + profile.rtcpOverheadBytes());
            for (int i = 1; i < sealed.length; i++) {
                byte[] tampered = sealed.clone();
                tampered[i] ^= 0x10;
                assertThat(opener.openRtcp(tampered, 0, tampered.length)).isNegative();
            }
            assertThat(openRtcp(opener, sealed)).isEqualTo(plain);
            assertThat(SrtpDropReason.ofResult(opener.openRtcp(sealed.clone(), 0, sealed.length)))
                    .isEqualTo(SrtpDropReason.REPLAYED);
        }
    }

    private static byte[] sealRtcp(SrtpSealer sealer, byte[] plain) {
        byte[] buffer = Arrays.copyOf(plain, plain.length + 20);
        return Arrays.copyOf(buffer, sealer.sealRtcp(buffer, 0, plain.length));
    }

    private static byte[] openRtp(SrtpOpener opener, byte[] sealed) {
        byte[] buffer = sealed.clone();
        return Arrays.copyOf(buffer, opener.openRtp(buffer, 0, buffer.length));
    }

    private static byte[] openRtcp(SrtpOpener opener, byte[] sealed) {
        byte[] buffer = sealed.clone();
        return Arrays.copyOf(buffer, opener.openRtcp(buffer, 0, buffer.length));
    }

    private static SrtpDropReason drop(SrtpOpener opener, byte[] sealed) {
        byte[] buffer = sealed.clone();
        return SrtpDropReason.ofResult(opener.openRtp(buffer, 0, buffer.length));
    }
}

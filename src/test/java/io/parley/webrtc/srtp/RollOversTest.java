package io.parley.webrtc.srtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A stream that one opener has heard for a while, and another goes on with.
final class RollOversTest {
    private static final int SSRC = 0x1234;
    private static final int STEP = 20_000;

    private final List<String> told = new ArrayList<>();

    private RollOvers adopted(Map<Integer, Integer> known) {
        return RollOvers.adopted(known, (ssrc, count) -> told.add(ssrc + " " + count));
    }

    /// Seals packets until the sequence numbers have rolled over so often; the last one is
    /// returned.
    private static byte[] sealUntil(SrtpSealer sealer, int rollOvers) {
        byte[] last = new byte[0];
        for (int seq = 0; seq >> 16 < rollOvers || (seq & 0xffff) < STEP; seq += STEP) {
            last = SrtpPackets.seal(sealer, SSRC, seq & 0xffff, 50);
        }
        return last;
    }

    private static int open(SrtpOpener opener, byte[] sealed) {
        return opener.openRtp(sealed.clone(), 0, sealed.length);
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void anotherOpenerGoesOnInTheSameRound(SrtpBackend backend, SrtpProfile profile) {
        byte[] sealed = sealUntil(backend.sealer(SrtpPackets.keys(profile, true)), 3);
        var keys = SrtpPackets.keys(profile, false);

        assertThat(open(backend.opener(keys), sealed)).isNegative();
        for (int known : new int[] {2, 3, 4}) {
            assertThat(open(backend.opener(keys, adopted(Map.of(SSRC, known))), sealed))
                    .as("known %d", known)
                    .isEqualTo(62);
        }
        assertThat(open(backend.opener(keys, adopted(Map.of(SSRC, 1))), sealed)).isNegative();
    }

    @ParameterizedTest
    @MethodSource("io.parley.webrtc.srtp.SrtpPackets#suites")
    void whatOpensAtTheSecondTryIsWhole(SrtpBackend backend, SrtpProfile profile) {
        byte[] sealed = sealUntil(backend.sealer(SrtpPackets.keys(profile, true)), 1);
        int seq16 = Bytes.uint16(sealed, 2);
        var opener = backend.opener(SrtpPackets.keys(profile, false), adopted(Map.of()));

        int opened = opener.openRtp(sealed, 0, sealed.length);

        assertThat(Arrays.copyOf(sealed, opened)).isEqualTo(SrtpPackets.plain(SSRC, seq16, 50));
        assertThat(told).containsExactly(SSRC + " 1");
    }

    @Test
    void eachNewRoundIsTold() {
        var profile = SrtpProfile.AEAD_AES_128_GCM;
        var sealer = SrtpFactory.sealer(SrtpPackets.keys(profile, true));
        var opener =
                SrtpFactory.opener(
                        SrtpPackets.keys(profile, false),
                        RollOvers.fresh((ssrc, count) -> told.add(ssrc + " " + count)));
        for (int seq = 0; seq < 3 * 65536; seq += STEP) {
            assertThat(open(opener, SrtpPackets.seal(sealer, SSRC, seq & 0xffff, 10))).isPositive();
        }

        assertThat(told).containsExactly(SSRC + " 1", SSRC + " 2");
    }

    @Test
    void anOlderRoundIsNoNews() {
        var rollOvers = adopted(Map.of(SSRC, 5));

        rollOvers.onFirst(SSRC, 4);
        rollOvers.onFirst(SSRC, 5);

        assertThat(told).isEmpty();
    }
}

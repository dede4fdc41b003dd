package io.parley.webrtc.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WrappingNumbersTest {
    @Test
    void followsSequenceNumbersOverTheWrap() {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        long first = unwrapper.unwrap(65534);
        assertThat(unwrapper.unwrap(65535)).isEqualTo(first + 1);
        assertThat(unwrapper.unwrap(1)).isEqualTo(first + 3);
        assertThat(unwrapper.unwrap(0)).isEqualTo(first + 2);
        assertThat(unwrapper.unwrap(65534)).isEqualTo(first);
        assertThat(unwrapper.highest()).isEqualTo(first + 3);
        assertThat(unwrapper.extendedHighest32()).isEqualTo(0x10001);
        assertThat(unwrapper.peek(2)).isEqualTo(first + 4);
        assertThat(unwrapper.highest()).isEqualTo(first + 3);
    }

    @Test
    void neverGoesNegativeBeforeTheFirstNumber() {
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        long first = unwrapper.unwrap(0);
        assertThat(first & 0xFFFF).isZero();
        assertThat(unwrapper.unwrap(65535)).isEqualTo(first - 1).isPositive();
        assertThat(unwrapper.unwrap(32768)).isEqualTo(first - 32768).isPositive();
        unwrapper.reset();
        assertThat(unwrapper.isStarted()).isFalse();
    }

    @Test
    void followsARandomWalkOverManyCycles() {
        SplittableRandom random = new SplittableRandom(3);
        SequenceUnwrapper unwrapper = new SequenceUnwrapper();
        long seq = 100_000;
        unwrapper.unwrap((int) seq & 0xFFFF);
        long highest = seq;
        long shift = unwrapper.highest() - seq;
        for (int i = 0; i < 100_000; i++) {
            seq = Math.max(highest - 1000, seq + random.nextInt(-200, 300));
            assertThat(unwrapper.unwrap((int) seq & 0xFFFF)).isEqualTo(seq + shift);
            highest = Math.max(highest, seq);
        }
    }

    @Test
    void followsTimestampsOverTheWrap() {
        TimestampUnwrapper unwrapper = new TimestampUnwrapper();
        long first = unwrapper.unwrap(-10);
        assertThat((int) first).isEqualTo(-10);
        assertThat(unwrapper.unwrap(20)).isEqualTo(first + 30);
        assertThat(unwrapper.unwrap(-5)).isEqualTo(first + 5);
        assertThat(unwrapper.highest()).isEqualTo(first + 30);
    }

    @Test
    void comparesAcrossTheWrap() {
        assertThat(SeqMath.distance16(2, 65535)).isEqualTo(3);
        assertThat(SeqMath.isNewer16(0, 65535)).isTrue();
        assertThat(SeqMath.isNewer16(65535, 0)).isFalse();
        assertThat(SeqMath.distance32(5, -5)).isEqualTo(10);
        assertThat(SeqMath.isNewer32(Integer.MIN_VALUE, Integer.MAX_VALUE)).isTrue();
    }

    @Test
    void convertsNtpBothWays() {
        long epochNs = 1_700_000_000_123_456_789L;
        long ntp = NtpTime.ofEpochNs(epochNs);
        assertThat(ntp >>> 32).isEqualTo(1_700_000_000L + 2_208_988_800L);
        assertThat(NtpTime.toEpochNs(ntp)).isBetween(epochNs - 1, epochNs + 1);
        long later = ntp + NtpTime.durationOfNs(1_500_000_000L);
        assertThat(NtpTime.differenceNs(later, ntp)).isEqualTo(1_500_000_000L);
        assertThat(NtpTime.differenceNs(ntp, later)).isEqualTo(-1_500_000_000L);
        assertThat(NtpTime.compact(0x1122334455667788L)).isEqualTo(0x33445566);
        assertThat(NtpTime.compactOfNs(2_500_000_000L)).isEqualTo(0x28000);
        assertThat(NtpTime.nsOfCompact(0x28000)).isEqualTo(2_500_000_000L);
    }

    @Test
    void readsAndWritesExtensionValues() {
        byte[] b = new byte[16];
        b[0] = (byte) 0x8A;
        assertThat(HeaderExtensions.audioLevel(b, 0)).isEqualTo(10);
        assertThat(HeaderExtensions.audioLevelVoice(b, 0)).isTrue();
        HeaderExtensions.writeAbsSendTime(
                b, 1, HeaderExtensions.absSendTime24(0x0000_0001_8000_0000L));
        assertThat(RtpBytes.u24(b, 1)).isEqualTo(0x60000);
        HeaderExtensions.writePlayoutDelay(b, 4, 100, 99_999);
        assertThat(RtpBytes.u24(b, 4)).isEqualTo(0x00AFFF);
        HeaderExtensions.writeTransportSeq16(b, 7, 0x1ABCD);
        assertThat(HeaderExtensions.transportSeq16(b, 7)).isEqualTo(0xABCD);
        HeaderExtensions.writeAbsCaptureTime(b, 8, -2L);
        assertThat(HeaderExtensions.absCaptureTime(b, 8)).isEqualTo(-2L);
    }
}

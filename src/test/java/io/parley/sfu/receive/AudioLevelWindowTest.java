package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AudioLevelWindowTest {
    private static final long MS = 1_000_000L;

    private final AudioLevelWindow window =
            new AudioLevelWindow(ReceiveSettings.DEFAULTS.audio(), 48_000);
    private int frame;

    @Test
    void smoothsTheLoudestLevelOfAWindow() {
        assertThat(speak(20, 20)).isFalse();
        assertThat(speak(20, 1)).isTrue();
        double first = Math.pow(10, -20 / 20.0) * 2 / 3;
        assertThat(window.level()).isCloseTo(first, within(0.001));
        speak(20, 20);
        double second = first + (0.1 - first) * 2 / 3;
        assertThat(window.level()).isCloseTo(second, within(0.001));
    }

    @Test
    void halfAWindowOfActivityCountsLess() {
        speak(20, 1);
        speak(20, 10);
        speak(100, 10);
        double adjusted = 20 - 20 * Math.log10(0.5);
        assertThat(window.level()).isCloseTo(Math.pow(10, -adjusted / 20) * 2 / 3, within(0.001));
    }

    @Test
    void aShortNoiseIsSilence() {
        speak(100, 14);
        speak(10, 7);
        assertThat(window.level()).isZero();
    }

    @Test
    void fallsSilentWithoutPackets() {
        speak(20, 21);
        assertThat(window.level()).isPositive();
        long last = frame * 20L * MS;
        assertThat(window.nextWakeNs()).isEqualTo(last + 800 * MS);
        assertThat(window.onTime(last + 799 * MS)).isFalse();
        assertThat(window.onTime(last + 800 * MS)).isTrue();
        assertThat(window.level()).isZero();
        assertThat(window.silence()).isFalse();
    }

    private boolean speak(int level, int frames) {
        boolean news = false;
        for (int i = 0; i < frames; i++) {
            frame++;
            news = window.onLevel(frame * 20L * MS, level, frame * 960);
        }
        return news;
    }
}

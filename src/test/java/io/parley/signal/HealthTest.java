package io.parley.signal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HealthTest {
    private static final long TOLD_MS = 1_700_000_000_000L;

    @Test
    void isWellWhileItsReportsArrive() {
        assertThat(Health.of(TOLD_MS + 4000, TOLD_MS)).isEqualTo(Health.OK);
    }

    @Test
    void isNotReadyWhenItCannotTellHowItIs() {
        assertThat(Health.of(TOLD_MS + 4001, TOLD_MS))
                .isEqualTo(new Health(406, "Not Ready\nNode Updated At 2023-11-14T22:13:20Z"));
    }
}

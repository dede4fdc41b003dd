package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class EpochsTest {
    private static final NodeId A = new NodeId("ND_a");
    private static final NodeId B = new NodeId("ND_b");

    @Test
    void isNeverTheSameForTwoOwners() {
        long present = Epochs.next(0, A.value(), 0);

        long here = Epochs.next(present, A.value(), 0);
        long there = Epochs.next(present, B.value(), 0);

        assertThat(here).isNotEqualTo(there).isGreaterThan(present);
        assertThat(there).isGreaterThan(present);
        assertThat(Epochs.isOf(here, A)).isTrue();
        assertThat(Epochs.isOf(here, B)).isFalse();
    }

    @Test
    void growsWithEachOwnerWhateverItsTag() {
        long epoch = 0;
        for (int i = 0; i < 1000; i++) {
            long next = Epochs.next(epoch, "ND_" + i, 0);
            assertThat(next).isGreaterThan(epoch);
            epoch = next;
        }
        assertThat(Epochs.count(epoch)).isEqualTo(1000);
    }

    @Test
    void beginsAboveALifeThatNobodyRemembers() {
        long lost = Epochs.next(Epochs.next(0, A.value(), 1_700_000_000), B.value(), 1_700_000_001);

        assertThat(Epochs.next(0, A.value(), 1_700_000_060)).isGreaterThan(lost);
    }

    @Test
    void doesNotGoBackWithAClockThatDoes() {
        long present = Epochs.next(0, A.value(), 1_700_000_000);

        assertThat(Epochs.next(present, B.value(), 5)).isGreaterThan(present);
    }

    @Test
    void staysExactInJson() {
        assertThat(Epochs.next(0, A.value(), 4_000_000_000L)).isLessThan(1L << 53);
    }
}

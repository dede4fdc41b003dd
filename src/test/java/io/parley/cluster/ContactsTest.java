package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ContactsTest {
    private static final NodeId NODE = new NodeId("ND_a");
    private static final NodeId OTHER = new NodeId("ND_b");

    private final Contacts contacts = new Contacts();
    private long nowNs = Long.MAX_VALUE - Duration.ofSeconds(5).toNanos();

    private long heardAfter(Duration silence) {
        nowNs += silence.toNanos();
        return contacts.onHeard(NODE, nowNs);
    }

    @Test
    void theNumberStaysAsLongAsTheNodeIsHeard() {
        long number = heardAfter(Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            assertThat(heardAfter(Duration.ofMillis(3500))).isEqualTo(number);
        }
    }

    @Test
    void eachSilenceRaisesIt() {
        long number = heardAfter(Duration.ZERO);
        assertThat(heardAfter(Duration.ofMillis(3501))).isEqualTo(number + 1);
        assertThat(heardAfter(Duration.ofMillis(500))).isEqualTo(number + 1);
        assertThat(heardAfter(Duration.ofMinutes(5))).isEqualTo(number + 2);
        assertThat(contacts.onHeard(OTHER, nowNs)).isEqualTo(number);
    }

    @Test
    void whatANodeWasNotToldIsNoNumberOfAnybody() {
        assertThat(contacts.numberFor(NODE)).isNotEqualTo(heardAfter(Duration.ZERO));
        contacts.onTold(NODE, 7);
        assertThat(contacts.numberFor(NODE)).isEqualTo(7);
        assertThat(contacts.numberFor(OTHER)).isNotEqualTo(7);
    }
}

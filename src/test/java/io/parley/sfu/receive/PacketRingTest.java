package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PacketRingTest {
    private final PacketRing ring = new PacketRing(10, 30);

    @Test
    void keepsPayloadsUntilTheirSlotIsNeeded() {
        for (int seq = 100; seq < 112; seq++) {
            assertThat(put(seq)).isNotEqualTo(PacketRing.ABSENT);
        }
        assertThat(ring.find(101)).isEqualTo(PacketRing.ABSENT);
        int slot = ring.find(102);
        assertThat(ring.bytes()[ring.offset(slot)]).isEqualTo((byte) 102);
        assertThat(ring.length(slot)).isEqualTo(3);
        assertThat(ring.captureNtp(slot)).isEqualTo(102);
        assertThat(ring.find(-1)).isEqualTo(PacketRing.ABSENT);
    }

    @Test
    void refusesDuplicatesAndWhatIsTooOld() {
        put(100);
        assertThat(put(100)).isEqualTo(PacketRing.ABSENT);
        assertThat(ring.contains(100)).isTrue();
        put(120);
        assertThat(put(110)).isEqualTo(PacketRing.ABSENT);
        assertThat(ring.contains(110)).isFalse();
        assertThat(put(111)).isNotEqualTo(PacketRing.ABSENT);
    }

    @Test
    void growsInStepsAndKeepsWhatItHas() {
        for (int seq = 95; seq < 105; seq++) {
            put(seq);
        }
        ring.growFor(11, 10);
        assertThat(ring.capacity()).isEqualTo(20);
        for (int seq = 95; seq < 105; seq++) {
            assertThat(ring.bytes()[ring.offset(ring.find(seq))]).isEqualTo((byte) seq);
        }
        ring.growFor(500, 100);
        ring.growFor(500, 100);
        assertThat(ring.capacity()).isEqualTo(30);
        ring.clear();
        assertThat(ring.find(104)).isEqualTo(PacketRing.ABSENT);
    }

    private int put(int seq) {
        return ring.put(seq, new byte[] {(byte) seq, 1, 2}, 0, 3, seq);
    }
}

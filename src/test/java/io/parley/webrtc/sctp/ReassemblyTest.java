package io.parley.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReassemblyTest {
    private static final long FIRST = Serial.first(100);

    private final List<byte[]> delivered = new ArrayList<>();
    private final Reassembly reassembly =
            new Reassembly(100, (_, _, payload) -> delivered.add(payload));

    private static DataChunk fragment(int ssn, int flags, byte... payload) {
        WireWriter out = new WireWriter(32);
        out.i32(0);
        out.u16(3);
        out.u16(ssn);
        out.i32(53);
        out.bytes(payload, 0, payload.length);
        return DataChunk.read(flags, new WireReader(out.array(), 0, out.position()));
    }

    @Test
    void putsShuffledFragmentsTogetherInOrder() {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Reassembly shuffled = new Reassembly(100, (_, _, payload) -> delivered.add(payload));
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                order.add(i);
            }
            Collections.shuffle(order, random);
            delivered.clear();
            // Ten messages of four fragments; fragment i of message m holds the byte 4m+i.
            for (int i : order) {
                int flags = (i % 4 == 0 ? 2 : 0) | (i % 4 == 3 ? 1 : 0);
                shuffled.add(FIRST + i, fragment(i / 4, flags, (byte) i));
            }
            assertThat(delivered).as("seed %d", seed).hasSize(10);
            for (int m = 0; m < 10; m++) {
                byte b = (byte) (4 * m);
                assertThat(delivered.get(m))
                        .containsExactly(b, (byte) (b + 1), (byte) (b + 2), (byte) (b + 3));
            }
            assertThat(shuffled.heldBytes()).as("seed %d", seed).isZero();
        }
    }

    @Test
    void losesOnlyTheMessageThatIsTooLarge() {
        reassembly.add(FIRST, fragment(0, 2, new byte[60]));
        reassembly.add(FIRST + 2, fragment(0, 1, new byte[60]));
        reassembly.add(FIRST + 1, fragment(0, 0, new byte[60]));
        reassembly.add(FIRST + 3, fragment(1, 3, (byte) 9));
        assertThat(delivered).containsExactly(new byte[] {9});
        assertThat(reassembly.oversizeMessages()).isEqualTo(1);
        assertThat(reassembly.heldBytes()).isZero();
    }

    @Test
    void deliversWhatWaitedBehindASkippedMessage() {
        reassembly.add(FIRST, fragment(0, 2, (byte) 1));
        reassembly.add(FIRST + 2, fragment(1, 3, (byte) 2));
        reassembly.add(FIRST + 4, fragment(3, 3, (byte) 4));
        reassembly.onForward(FIRST + 1, List.of(new SctpChunk.Skip(3, 0)));
        assertThat(delivered).containsExactly(new byte[] {2});
        reassembly.onForward(FIRST + 3, List.of(new SctpChunk.Skip(3, 2)));
        assertThat(delivered).containsExactly(new byte[] {2}, new byte[] {4});
        assertThat(reassembly.heldBytes()).isZero();
    }

    @Test
    void beginsAtZeroAgainAfterAReset() {
        reassembly.add(FIRST, fragment(0, 3, (byte) 1));
        reassembly.onReset(List.of(3));
        reassembly.add(FIRST + 1, fragment(0, 3, (byte) 2));
        assertThat(delivered).hasSize(2);
    }
}

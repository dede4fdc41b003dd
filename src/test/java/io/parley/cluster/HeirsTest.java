package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class HeirsTest {
    private static final List<NodeId> NODES =
            IntStream.range(0, 4).mapToObj(i -> new NodeId("ND_" + i)).toList();

    private static NodeId heir(int room, List<NodeId> survivors) {
        return Heirs.heir(new RoomName("room" + room), survivors).orElseThrow();
    }

    @Test
    void isTheSameInWhateverOrderTheSurvivorsAreSeen() {
        for (int room = 0; room < 100; room++) {
            assertThat(heir(room, NODES)).isEqualTo(heir(room, NODES.reversed()));
        }
    }

    @Test
    void spreadsRoomsEvenly() {
        Map<NodeId, Integer> shares = new HashMap<>();
        for (int room = 0; room < 4000; room++) {
            shares.merge(heir(room, NODES), 1, Integer::sum);
        }
        assertThat(shares.keySet()).containsExactlyInAnyOrderElementsOf(NODES);
        assertThat(shares.values()).allMatch(share -> share > 850 && share < 1150);
    }

    @Test
    void changesOnlyForTheRoomsOfTheOneThatIsGone() {
        var fewer = new HashSet<>(NODES);
        fewer.remove(NODES.get(2));
        for (int room = 0; room < 500; room++) {
            var before = heir(room, NODES);
            if (!before.equals(NODES.get(2))) {
                assertThat(heir(room, List.copyOf(fewer))).isEqualTo(before);
            }
        }
    }

    @Test
    void isNobodyWhereNobodyIsLeft() {
        assertThat(Heirs.heir(new RoomName("x"), List.of())).isEmpty();
    }
}

package io.parley.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OwnershipRulesTest {
    private static final long MS = 1_000_000;

    private static JournalEntry at(long ms, String node, String event, long epoch) {
        return new JournalEntry(ms * MS, ms, node, event, "room", epoch, "");
    }

    private static List<String> broken(boolean eachSide, JournalEntry... entries) {
        return new OwnershipRules(List.of(entries))
                .check(eachSide).stream().map(Violation::rule).toList();
    }

    @Test
    void takesATakeoverForRight() {
        assertThat(
                        broken(
                                false,
                                at(1, "a", "owns", 1),
                                at(2, "a", "ack", 1),
                                at(3, "b", "owns", 2),
                                at(4, "b", "ack", 2),
                                at(5, "a", "ends", 1)))
                .isEmpty();
    }

    @Test
    void findsTwoOwnersUnderOneEpoch() {
        List<Violation> found =
                new OwnershipRules(
                                List.of(
                                        at(1, "a", "owns", 1),
                                        at(2, "b", "owns", 1),
                                        at(3, "b", "ack", 1)))
                        .check(false);
        assertThat(found).hasSize(1);
        assertThat(found.getFirst().rule()).isEqualTo(OwnershipRules.ONE_OWNER);
        assertThat(found.getFirst().proof()).hasSize(2).allMatch(line -> line.contains("epoch=1"));
    }

    @Test
    void findsAnOlderEpochThatAcknowledgesLater() {
        assertThat(
                        broken(
                                false,
                                at(4, "a", "ack", 1),
                                at(1, "a", "owns", 1),
                                at(2, "b", "owns", 2),
                                at(3, "b", "ack", 2)))
                .containsExactly(OwnershipRules.EPOCHS_RISE);
    }

    @Test
    void letsEachSideOfTwoNodesCountForItself() {
        assertThat(
                        broken(
                                true,
                                at(1, "a", "owns", 1),
                                at(2, "b", "owns", 2),
                                at(3, "b", "ack", 2),
                                at(4, "a", "ack", 1)))
                .isEmpty();
        assertThat(broken(true, at(3, "b", "ack", 2), at(4, "b", "ack", 1)))
                .containsExactly(OwnershipRules.EPOCHS_RISE);
    }

    @Test
    void doesNotTrustAJournalThatLostLines() {
        assertThat(broken(false, at(1, "a", "lost", 0))).containsExactly(OwnershipRules.COMPLETE);
    }

    @Test
    void knowsWhoOwnedWhatAndWhoCameNext() {
        var rules =
                new OwnershipRules(
                        List.of(
                                at(1, "a", "owns", 1),
                                at(700, "b", "owns", 2),
                                at(900, "b", "ends", 2)));
        assertThat(rules.ownersAt(500 * MS)).isEqualTo(Map.of("room", "a"));
        assertThat(rules.ownersAt(1000 * MS)).isEmpty();
        assertThat(rules.nextOwner("room", "a", 100 * MS).orElseThrow().ms()).isEqualTo(700);
        assertThat(rules.nextOwner("room", "b", 100 * MS)).isEmpty();
    }

    @Test
    void measuresHowLongTwoBelieved() {
        JournalEntry[] story = {
            at(1, "a", "owns", 1), at(100, "b", "owns", 2), at(350, "a", "ends", 1)
        };
        var rules = new OwnershipRules(List.of(story));
        assertThat(rules.longestOverlapMs(Map.of(), Map.of())).isEqualTo(250);
        assertThat(rules.longestOverlapMs(Map.of("a", 50 * MS), Map.of())).isZero();
        assertThat(rules.longestOverlapMs(Map.of(), Map.of("a", 340 * MS))).isEqualTo(10);
    }

    @Test
    void tellsWhoHasNotEnded() {
        var rules = new OwnershipRules(List.of(at(1, "a", "owns", 1), at(2, "b", "owns", 2)));
        assertThat(rules.believers(Map.of())).isEqualTo(Map.of("room", Set.of("a", "b")));
        assertThat(rules.believers(Map.of("a", 2L))).isEqualTo(Map.of("room", Set.of("b")));
    }
}

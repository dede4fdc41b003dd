package io.parley.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class RoomMergeTest {
    private static final String A = "ND_a";
    private static final String B = "ND_b";
    private static final String C = "ND_c";

    private static List<Integer> side(String... nodes) {
        return Epochs.tags(Arrays.stream(nodes).map(NodeId::new).toList());
    }

    private static DirectoryEntry entry(
            String owner, long count, int participants, String... side) {
        long epoch = Epochs.next((count - 1) << 16, owner, 0);
        return new DirectoryEntry(owner, epoch, 0, participants, side(side));
    }

    /// The result is the same from both sides.
    private static DirectoryEntry merge(DirectoryEntry one, DirectoryEntry other) {
        var merged = RoomMerge.merge(one, other);
        assertThat(RoomMerge.merge(other, one)).isEqualTo(merged);
        return merged;
    }

    @Test
    void keepsTheMajoritysOwnerHoweverFullTheCutOffRoomIs() {
        var cutOff = entry(C, 5, 100, A, B, C);
        var inherited = entry(A, 6, 0, A, B);

        assertThat(merge(cutOff, inherited)).isEqualTo(inherited);
    }

    @Test
    void keepsTheMajoritysOwnerThoughItHasComeAfterThePartition() {
        var cutOff = entry(C, 5, 100, A, B, C);
        var newcomer = entry("ND_d", 6, 0, A, B, "ND_d");

        assertThat(merge(cutOff, newcomer)).isEqualTo(newcomer);
    }

    @Test
    void givesAPausedNodesRoomToTheOneThatTookIt() {
        var paused = entry(B, 1, 9, A, B);
        var taken = entry(A, 2, 1, A);

        assertThat(merge(paused, taken)).isEqualTo(taken);
    }

    @Test
    void prefersTheLargerSideWhereBothHaveWritten() {
        var large = entry(A, 1, 1, A, B);
        var small = entry(C, 4, 9, C);

        var merged = merge(large, small);
        assertThat(merged.owner()).isEqualTo(A);
        assertThat(merged.former()).isEqualTo(large.epoch());
        assertThat(merged.epoch()).isGreaterThan(small.epoch());
        assertThat(Epochs.isOf(merged.epoch(), new NodeId(A))).isTrue();
    }

    @Test
    void prefersTheFullerRoomOfTwoEqualSides() {
        var fuller = entry(B, 1, 3, B);
        var taken = entry(A, 2, 1, A);

        var merged = merge(fuller, taken);
        assertThat(merged.owner()).isEqualTo(B);
        assertThat(merged.epoch()).isGreaterThan(taken.epoch());
    }

    @Test
    void prefersTheSmallerOwnerWhereNothingElseDecides() {
        assertThat(merge(entry(A, 1, 2, A), entry(B, 2, 2, B)).owner()).isEqualTo(A);
        assertThat(merge(entry(A, 2, 2, A), entry(B, 1, 2, B)).owner()).isEqualTo(A);
    }

    @Test
    void raisesNothingWhereTheWinnerIsTheLaterOne() {
        var winner = entry(A, 2, 3, A);

        assertThat(merge(winner, entry(B, 1, 1, B))).isEqualTo(winner);
    }

    @Test
    void letsARoomGoOnThatTheOtherSideHasClosed() {
        var open = entry(B, 1, 3, B);
        var closed = entry(A, 2, 0, A).released(side(A));

        var merged = merge(open, closed);
        assertThat(merged.owner()).isEqualTo(B);
        assertThat(merged.epoch()).isGreaterThan(closed.epoch());
    }

    @Test
    void believesTheOwnerThatHasClosedItsRoom() {
        var open = entry(A, 1, 3, A, B);
        var closed = open.released(side(A));

        assertThat(merge(open, closed)).isEqualTo(closed);
    }

    @Test
    void distrustsAClaimFromTheMomentInWhichThePartitionBegan() {
        var inTheDark = entry(C, 6, 0, A, B, C);
        var informed = entry(A, 6, 0, A, B);

        assertThat(merge(inTheDark, informed).owner()).isEqualTo(A);
        assertThat(merge(inTheDark, informed).epoch()).isGreaterThanOrEqualTo(informed.epoch());
    }

    @Test
    void comesBackFromItsBytes() {
        var entry = new DirectoryEntry(A, 77L << 16, 5, 12, side(A, B, C));
        assertThat(DirectoryEntry.from(entry.toBytes())).isEqualTo(entry);
        assertThat(DirectoryEntry.from(DirectoryEntry.NONE.toBytes()))
                .isEqualTo(DirectoryEntry.NONE);
    }

    @Test
    void refusesBytesOfAnotherVersion() {
        byte[] bytes = DirectoryEntry.NONE.toBytes();
        bytes[0] = 1;
        assertThatThrownBy(() -> DirectoryEntry.from(bytes)).hasMessageContaining("version");
    }

    @Test
    void keepsTheStateOfTheLaterOwnerElseThatOfTheLargerSide() {
        assertThat(StateMergePolicy.isLater(state(3), state(2))).isTrue();
        assertThat(StateMergePolicy.isLater(state(2), state(3))).isFalse();
        assertThat(StateMergePolicy.isLater(state(2), state(2))).isFalse();
    }

    private static byte[] state(int epoch) {
        return new byte[] {1, 0, 0, 0, 0, 0, 0, 0, (byte) epoch, 42};
    }
}

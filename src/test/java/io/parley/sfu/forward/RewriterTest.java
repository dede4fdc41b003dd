package io.parley.sfu.forward;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RewriterTest {
    private final Rewriter rewriter = new Rewriter();

    @Test
    void keepsTheNumbersOfTheFirstSource() {
        rewriter.switchTo(65_540);
        assertThat(rewriter.forward(65_540)).isEqualTo(65_540);
        assertThat(rewriter.forward(65_543)).isEqualTo(65_543);
        assertThat(rewriter.isAfterGap(65_544)).isFalse();
        assertThat(rewriter.isAfterGap(65_545)).isTrue();
        assertThat(rewriter.isLate(65_543)).isTrue();
    }

    @Test
    void closesUpOverDropsAndPlacesLatePackets() {
        rewriter.switchTo(10);
        rewriter.forward(10);
        rewriter.drop(12);
        rewriter.drop(13);
        assertThat(rewriter.forward(14)).isEqualTo(12);
        assertThat(rewriter.placeLate(11)).isEqualTo(11);
        rewriter.drop(15);
        assertThat(rewriter.forward(17)).isEqualTo(14);
        assertThat(rewriter.placeLate(16)).isEqualTo(13);
        assertThat(rewriter.placeLate(9)).isEqualTo(Rewriter.UNPLACED);
    }

    @Test
    void goesOnAfterASwitch() {
        rewriter.switchTo(10);
        rewriter.forward(10);
        rewriter.forward(12);
        rewriter.switchTo(9000);
        assertThat(rewriter.forward(9000)).isEqualTo(13);
        assertThat(rewriter.forward(9002)).isEqualTo(15);
        assertThat(rewriter.placeLate(9001)).isEqualTo(14);
        assertThat(rewriter.placeLate(8999)).isEqualTo(Rewriter.UNPLACED);
        assertThat(rewriter.placeLate(11)).isEqualTo(Rewriter.UNPLACED);
    }

    @Test
    void forgetsOffsetsOfLongAgo() {
        rewriter.switchTo(0);
        for (int seq = 0; seq < 400; seq++) {
            if (seq % 2 == 0) {
                rewriter.forward(seq);
            } else {
                rewriter.drop(seq);
            }
        }
        assertThat(rewriter.placeLate(398)).isEqualTo(199);
        assertThat(rewriter.placeLate(20)).isEqualTo(Rewriter.UNPLACED);
    }
}

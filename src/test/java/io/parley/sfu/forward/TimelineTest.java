package io.parley.sfu.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.receive.SenderReport;
import io.parley.webrtc.rtp.NtpTime;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private static final long MS = 1_000_000L;
    private static final int CLOCK = 90_000;
    private static final long T = 1_700_000_000_000_000_000L;

    private final Timeline timeline = new Timeline();
    private final SenderReport low = new SenderReport();
    private final SenderReport high = new SenderReport();

    TimelineTest() {
        timeline.begin(0, 0, 1000, CLOCK, null);
        timeline.onSent(0, timeline.map(1000));
    }

    @Test
    void keepsTheTimestampsOfTheFirstLayer() {
        assertThat(timeline.map(1000)).isEqualTo(1000);
        assertThat(timeline.map(-5)).isEqualTo(-5);
    }

    @Test
    void alignsLayersThroughSenderReports() {
        low.onReport(1, NtpTime.ofEpochNs(T), 0);
        high.onReport(1, NtpTime.ofEpochNs(T), 5_000_000);
        timeline.begin(120 * MS, 2, 5_000_000 + 10_000, CLOCK, reports());
        assertThat(timeline.map(5_010_000)).isEqualTo(10_000);
        timeline.onSent(120 * MS, 10_000);
        timeline.begin(200 * MS, 0, 19_000, CLOCK, reports());
        assertThat(timeline.map(19_000)).isEqualTo(19_000);
    }

    @Test
    void usesArrivalTimesWithoutSenderReports() {
        timeline.begin(100 * MS, 2, 77_777, CLOCK, reports());
        assertThat(timeline.map(77_777)).isEqualTo(1000 + 9000);
    }

    @Test
    void neverRunsBack() {
        low.onReport(1, NtpTime.ofEpochNs(T), 0);
        high.onReport(1, NtpTime.ofEpochNs(T), 0);
        timeline.begin(100 * MS, 2, 400, CLOCK, reports());
        assertThat(timeline.map(400)).isEqualTo(1001);
    }

    @Test
    void doesNotBelieveReportsThatLeadAstray() {
        low.onReport(1, NtpTime.ofEpochNs(T), 0);
        high.onReport(1, NtpTime.ofEpochNs(T + 3_600_000 * MS), 0);
        timeline.begin(100 * MS, 2, 12_345, CLOCK, reports());
        assertThat(timeline.map(12_345)).isEqualTo(1000 + 9000);
    }

    @Test
    void followsTheSourceAfterAPauseUnlessItsClockStoodStill() {
        timeline.begin(1000 * MS, 0, 1000 + 91_000, CLOCK, null);
        assertThat(timeline.map(92_000)).isEqualTo(92_000);
        timeline.onSent(1000 * MS, 92_000);
        timeline.begin(11_000 * MS, 0, 95_000, CLOCK, null);
        assertThat(timeline.map(95_000)).isEqualTo(92_000 + 900_000);
        timeline.onSent(11_000 * MS, timeline.map(95_000));
        timeline.begin(12_000 * MS, 0, 185_000, CLOCK, null);
        assertThat(timeline.map(185_000)).isEqualTo(92_000 + 990_000);
    }

    private Timeline.Reports reports() {
        return new Timeline.Reports(high, low);
    }
}

package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.rtp.NtpTime;
import org.junit.jupiter.api.Test;

class SenderReportTest {
    private static final long T = 1_700_000_000_000_000_000L;

    @Test
    void mapsTimestampsOfOneLayerToAnother() {
        SenderReport low = new SenderReport();
        SenderReport high = new SenderReport();
        low.onReport(1, NtpTime.ofEpochNs(T), 1000);
        high.onReport(2, NtpTime.ofEpochNs(T + 2_000_000_000L), -500);
        assertThat(high.translate(-500, low, 90_000)).isEqualTo(1000 + 180_000);
        assertThat(low.translate(1000 + 180_000, high, 90_000)).isEqualTo(-500);
    }

    @Test
    void ignoresOlderReports() {
        SenderReport report = new SenderReport();
        assertThat(report.onReport(5, NtpTime.ofEpochNs(T), 7)).isTrue();
        assertThat(report.onReport(6, NtpTime.ofEpochNs(T - 1_000_000), 6)).isFalse();
        assertThat(report.rtp()).isEqualTo(7);
        assertThat(report.delaySince32(5 + 500_000_000L)).isEqualTo(32_768);
    }
}

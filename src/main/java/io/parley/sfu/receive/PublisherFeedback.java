package io.parley.sfu.receive;

import io.parley.webrtc.bwe.TransportFeedbackRecorder;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.NtpTime;

/// Writes what is told to a publisher. As LiveKit does, the sender SSRC of feedback is the media
/// SSRC itself (media.md §3.5). Owned by its StreamRouter.
final class PublisherFeedback {
    private static final int BUFFER_BYTES = 1500;
    private static final int MAX_BLOCKS = 31;

    private final RtcpSink sink;
    private final RtcpWriter writer = new RtcpWriter();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int blocks;
    private int reporter;

    PublisherFeedback(RtcpSink sink) {
        this.sink = sink;
    }

    void sendNack(int ssrc, int[] seq16s, int count) {
        writer.begin(buffer, 0);
        writer.nack(ssrc, ssrc, seq16s, count);
        flush();
    }

    void sendPli(int ssrc) {
        writer.begin(buffer, 0);
        writer.pli(ssrc, ssrc);
        flush();
    }

    void sendTransportFeedback(long nowNs, TransportFeedbackRecorder recorder) {
        int length = recorder.write(nowNs, buffer, 0);
        while (length > 0) {
            sink.sendRtcp(buffer, 0, length);
            length = recorder.write(nowNs, buffer, 0);
        }
    }

    void beginReports() {
        writer.begin(buffer, 0);
        blocks = 0;
    }

    void addReport(long nowNs, ReceiveStream stream) {
        if (blocks == MAX_BLOCKS) {
            flush();
            beginReports();
        }
        if (blocks == 0) {
            reporter = stream.ssrc();
            writer.receiverReport(reporter);
        }
        blocks++;
        ReceiveCounters counters = stream.counters();
        SenderReport report = stream.senderReport();
        writer.block(
                stream.ssrc(),
                counters.takeFractionLost(),
                counters.cumulativeLost(),
                stream.extendedHighest32(),
                counters.jitterUnits(),
                report.lastReport32(),
                report.delaySince32(nowNs));
    }

    /// The reports and, behind them, our clock: the answer tells the round trip (RFC 3611 §4.4).
    void endReports(long nowNs) {
        if (blocks > 0) {
            writer.receiverReferenceTime(reporter, NtpTime.durationOfNs(nowNs));
            flush();
        }
    }

    private void flush() {
        sink.sendRtcp(buffer, 0, writer.size());
    }
}

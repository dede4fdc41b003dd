package io.parley.webrtc.rtcp;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Writes down what the reader said, one line each.
final class RecordingHandler implements RtcpHandler {
    final List<String> lines = new ArrayList<>();

    @Override
    public void onSenderReport(int ssrc, long ntp, int rtpTimestamp, int packets, int octets) {
        lines.add("SR %x %x %x %d %d".formatted(ssrc, ntp, rtpTimestamp, packets, octets));
    }

    @Override
    public void onReceiverReport(int ssrc) {
        lines.add("RR %x".formatted(ssrc));
    }

    @Override
    public void onReportBlock(int senderSsrc, ReportBlock b) {
        lines.add(
                "block %x %x %d %d %x %d %x %x"
                        .formatted(
                                senderSsrc,
                                b.ssrc(),
                                b.fractionLost(),
                                b.cumulativeLost(),
                                b.extendedHighestSeq(),
                                b.jitter(),
                                b.lastSr(),
                                b.delaySinceLastSr()));
    }

    @Override
    public void onCname(int ssrc, byte[] b, int off, int len) {
        lines.add(
                "CNAME %x %s".formatted(ssrc, new String(b, off, len, StandardCharsets.US_ASCII)));
    }

    @Override
    public void onBye(int ssrc) {
        lines.add("BYE %x".formatted(ssrc));
    }

    @Override
    public void onNack(int senderSsrc, int mediaSsrc, int pid, int blp) {
        StringBuilder line = new StringBuilder("NACK %x %x".formatted(senderSsrc, mediaSsrc));
        for (int s = Nack.first(pid); s >= 0; s = Nack.next(pid, blp, s)) {
            line.append(' ').append(s);
        }
        lines.add(line.toString());
    }

    @Override
    public void onPli(int senderSsrc, int mediaSsrc) {
        lines.add("PLI %x %x".formatted(senderSsrc, mediaSsrc));
    }

    @Override
    public void onFir(int senderSsrc, int mediaSsrc, int commandSeq) {
        lines.add("FIR %x %x %d".formatted(senderSsrc, mediaSsrc, commandSeq));
    }

    @Override
    public void onRemb(int senderSsrc, Remb remb) {
        StringBuilder line =
                new StringBuilder("REMB %x %d".formatted(senderSsrc, remb.bitrateBps()));
        for (int i = 0; i < remb.ssrcCount(); i++) {
            line.append(" %x".formatted(remb.ssrc(i)));
        }
        lines.add(line.toString());
    }

    @Override
    public void onTransportFeedback(TransportFeedback f) {
        StringBuilder line = new StringBuilder("TCC");
        while (f.next()) {
            line.append(' ').append(f.seq16());
            line.append(f.isReceived() ? "@" + f.ticksAfterReference() : "-");
        }
        lines.add(line.toString());
    }

    @Override
    public void onReceiverReferenceTime(int ssrc, long ntp) {
        lines.add("RRTR %x %x".formatted(ssrc, ntp));
    }

    @Override
    public void onDlrr(int senderSsrc, int reporteeSsrc, int lastRr, int delay) {
        lines.add("DLRR %x %x %x %x".formatted(senderSsrc, reporteeSsrc, lastRr, delay));
    }

    @Override
    public void onUnknown(int type, int format) {
        lines.add("unknown %d %d".formatted(type, format));
    }
}

package io.parley.sfu.send;

import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpWriter;

/// What all send streams of one subscriber share: the sink, scratch bytes, the transport-wide
/// number and the send clock. Owned by its SendRouter.
final class SendPath {
    static final int HEAD_BYTES = 640;

    final PacketSink sink;
    final SendListener listener;
    final byte[] head = new byte[HEAD_BYTES];
    final RtpWriter writer = new RtpWriter();
    final OutgoingPacket packet = new OutgoingPacket();

    private int transportSeq16;
    private long clockAtNs = -1;
    private long clockNtp;
    private long wakeNs = Long.MAX_VALUE;
    private long reportNs = Long.MAX_VALUE;
    private long rttNs = -1;

    SendPath(PacketSink sink, SendListener listener) {
        this.sink = sink;
        this.listener = listener;
    }

    int nextTransportSeq16() {
        int seq16 = transportSeq16;
        transportSeq16 = (transportSeq16 + 1) & 0xFFFF;
        return seq16;
    }

    /// Our clock as NTP; its start is arbitrary, as absolute send time allows.
    long clockNtp(long nowNs) {
        if (nowNs != clockAtNs) {
            clockAtNs = nowNs;
            clockNtp = NtpTime.durationOfNs(nowNs);
        }
        return clockNtp;
    }

    void onRoundTrip(long smoothedNs) {
        rttNs = smoothedNs;
    }

    long rttNs() {
        return rttNs;
    }

    void wakeAt(long atNs) {
        if (atNs < wakeNs) {
            wakeNs = atNs;
            listener.onWakeWanted(atNs);
        }
    }

    long wakeNs() {
        return wakeNs;
    }

    void sleep() {
        wakeNs = Long.MAX_VALUE;
    }

    void reportAt(long atNs) {
        if (atNs < reportNs) {
            reportNs = atNs;
            listener.onWakeWanted(atNs);
        }
    }

    long reportNs() {
        return reportNs;
    }

    void nextReportAt(long atNs) {
        reportNs = atNs;
    }
}

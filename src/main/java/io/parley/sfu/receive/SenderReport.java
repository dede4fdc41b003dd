package io.parley.sfu.receive;

import io.parley.webrtc.rtp.NtpTime;

/// The newest sender report of one layer: which RTP timestamp goes with which moment of the
/// publisher's clock (RFC 3550 §6.4.1). Owned by its ReceiveStream.
public final class SenderReport {
    private boolean known;
    private long ntp;
    private int rtp;
    private long arrivalNs;

    /// Answers false for one older than what is known.
    public boolean onReport(long nowNs, long reportNtp, int reportRtp) {
        if (known && NtpTime.differenceNs(reportNtp, ntp) < 0) {
            return false;
        }
        known = true;
        ntp = reportNtp;
        rtp = reportRtp;
        arrivalNs = nowNs;
        return true;
    }

    public boolean isKnown() {
        return known;
    }

    public long ntp() {
        return ntp;
    }

    public int rtp() {
        return rtp;
    }

    public long arrivalNs() {
        return arrivalNs;
    }

    /// The middle bits that a receiver report repeats.
    public int lastReport32() {
        return known ? NtpTime.compact(ntp) : 0;
    }

    public int delaySince32(long nowNs) {
        return known ? NtpTime.compactOfNs(nowNs - arrivalNs) : 0;
    }

    /// Maps a timestamp of this layer to the timestamp of the same moment in another layer.
    public int translate(int timestamp, SenderReport other, int clockRate) {
        double elapsed = NtpTime.differenceNs(ntp, other.ntp) * (double) clockRate / 1e9;
        return timestamp - rtp + other.rtp + (int) Math.round(elapsed);
    }

    public void clear() {
        known = false;
    }
}

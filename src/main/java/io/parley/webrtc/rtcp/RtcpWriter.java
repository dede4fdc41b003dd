package io.parley.webrtc.rtcp;

import io.parley.webrtc.rtp.RtpBytes;

/// Builds an RTCP compound in bytes given by the caller; reusable. The caller asks `size` and
/// leaves room; running out of it is a bug. Owned by its media loop. Order: `begin`, packets,
/// `size`.
public final class RtcpWriter {
    /// Bytes of a sender report without blocks.
    public static final int SENDER_REPORT_BYTES = 28;

    private static final int MAX_COUNT = 31;
    private static final byte[] NOTHING = new byte[0];

    private byte[] dst = NOTHING;
    private int start;
    private int at;
    private int reportAt = -1;

    /// Starts a compound at `off`.
    public void begin(byte[] b, int off) {
        dst = b;
        start = off;
        at = off;
        reportAt = -1;
    }

    /// Bytes written so far.
    public int size() {
        return at - start;
    }

    /// A sender report (RFC 3550 §6.4.1), to which blocks may be added.
    public void senderReport(int ssrc, long ntp, int rtpTimestamp, int packets, int octets) {
        reportAt = at;
        open(0, RtcpType.SENDER_REPORT);
        put32(ssrc);
        RtpBytes.put64(dst, at, ntp);
        at += 8;
        put32(rtpTimestamp);
        put32(packets);
        put32(octets);
        close(reportAt);
    }

    /// A receiver report (RFC 3550 §6.4.2), to which blocks may be added.
    public void receiverReport(int ssrc) {
        reportAt = at;
        open(0, RtcpType.RECEIVER_REPORT);
        put32(ssrc);
        close(reportAt);
    }

    /// Adds a block to the report written just before; at most 31. The cumulative loss is clamped
    /// to its 24 bits.
    public void block(
            int ssrc, int fractionLost, int lost, int highestSeq, int jitter, int lsr, int dlsr) {
        if (reportAt < 0 || (dst[reportAt] & 0x1F) == MAX_COUNT) {
            throw new IllegalStateException("no report to add a block to");
        }
        put32(ssrc);
        RtpBytes.put8(dst, at, fractionLost);
        RtpBytes.put24(dst, at + 1, Math.clamp(lost, -0x800000, 0x7FFFFF));
        at += 4;
        put32(highestSeq);
        put32(jitter);
        put32(lsr);
        put32(dlsr);
        dst[reportAt]++;
        close(reportAt);
    }

    /// A source description with one CNAME of at most 255 bytes (RFC 3550 §6.5).
    public void cname(int ssrc, byte[] cname) {
        if (cname.length > 255) {
            throw new IllegalArgumentException("CNAME of " + cname.length + " bytes");
        }
        int head = openOther(1, RtcpType.SOURCE_DESCRIPTION);
        put32(ssrc);
        dst[at++] = RtcpType.ITEM_CNAME;
        dst[at++] = (byte) cname.length;
        System.arraycopy(cname, 0, dst, at, cname.length);
        at += cname.length;
        do {
            dst[at++] = 0;
        } while (((at - head) & 3) != 0);
        close(head);
    }

    /// Asks for packets again (RFC 4585 §6.2.1); the numbers ascend.
    public void nack(int senderSsrc, int mediaSsrc, int[] seq16s, int count) {
        int head = openOther(RtcpType.FORMAT_NACK, RtcpType.TRANSPORT_FEEDBACK);
        put32(senderSsrc);
        put32(mediaSsrc);
        int i = 0;
        while (i < count) {
            int pid = seq16s[i++];
            int blp = 0;
            while (i < count && isWithin(pid, seq16s[i])) {
                blp |= 1 << ((seq16s[i++] - pid - 1) & 0xFFFF);
            }
            RtpBytes.put16(dst, at, pid);
            RtpBytes.put16(dst, at + 2, blp);
            at += 4;
        }
        close(head);
    }

    /// A picture loss indication (RFC 4585 §6.3.1).
    public void pli(int senderSsrc, int mediaSsrc) {
        int head = openOther(RtcpType.FORMAT_PLI, RtcpType.PAYLOAD_FEEDBACK);
        put32(senderSsrc);
        put32(mediaSsrc);
        close(head);
    }

    /// A full intra request (RFC 5104 §4.3.1).
    public void fir(int senderSsrc, int mediaSsrc, int commandSeq) {
        int head = openOther(RtcpType.FORMAT_FIR, RtcpType.PAYLOAD_FEEDBACK);
        put32(senderSsrc);
        put32(0);
        put32(mediaSsrc);
        put32(commandSeq << 24);
        close(head);
    }

    /// A receiver estimated maximum bitrate about at most 255 streams.
    public void remb(int senderSsrc, long bitrateBps, int[] ssrcs, int count) {
        int head = openOther(RtcpType.FORMAT_APPLICATION, RtcpType.PAYLOAD_FEEDBACK);
        put32(senderSsrc);
        put32(0);
        put32(RtcpType.REMB);
        put32((count << 24) | Remb.encode(bitrateBps));
        for (int i = 0; i < count; i++) {
            put32(ssrcs[i]);
        }
        close(head);
    }

    /// The receiver's clock, to be answered by a DLRR block (RFC 3611 §4.4).
    public void receiverReferenceTime(int ssrc, long ntp) {
        int head = openOther(0, RtcpType.EXTENDED_REPORT);
        put32(ssrc);
        put32((RtcpType.BLOCK_RECEIVER_REFERENCE_TIME << 24) | 2);
        RtpBytes.put64(dst, at, ntp);
        at += 8;
        close(head);
    }

    /// The answer to a receiver reference time; `delay` in 1/65536 s (RFC 3611 §4.5).
    public void dlrr(int ssrc, int reporteeSsrc, int lastRr, int delay) {
        int head = openOther(0, RtcpType.EXTENDED_REPORT);
        put32(ssrc);
        put32((RtcpType.BLOCK_DLRR << 24) | 3);
        put32(reporteeSsrc);
        put32(lastRr);
        put32(delay);
        close(head);
    }

    /// Good-bye of one source (RFC 3550 §6.6).
    public void bye(int ssrc) {
        int head = openOther(1, RtcpType.BYE);
        put32(ssrc);
        close(head);
    }

    private static boolean isWithin(int pid, int seq16) {
        int ahead = (seq16 - pid) & 0xFFFF;
        return ahead >= 1 && ahead <= 16;
    }

    private int openOther(int count, int type) {
        reportAt = -1;
        int head = at;
        open(count, type);
        return head;
    }

    private void open(int count, int type) {
        dst[at] = (byte) (0x80 | count);
        dst[at + 1] = (byte) type;
        at += 4;
    }

    private void close(int head) {
        RtpBytes.put16(dst, head + 2, (at - head) / 4 - 1);
    }

    private void put32(int value) {
        RtpBytes.put32(dst, at, value);
        at += 4;
    }
}

package io.parley.webrtc.rtcp;

/// Takes what `RtcpReader` finds, in wire order; overrides what it cares for. Views and bytes are
/// borrowed for the call.
public interface RtcpHandler {
    /// A sender report (RFC 3550 §6.4.1); its report blocks follow.
    default void onSenderReport(int ssrc, long ntp, int rtpTimestamp, int packets, int octets) {}

    /// A receiver report without regard to its blocks, which follow (RFC 3550 §6.4.2).
    default void onReceiverReport(int ssrc) {}

    /// One block of a sender or receiver report.
    default void onReportBlock(int senderSsrc, ReportBlock block) {}

    /// A canonical name (RFC 3550 §6.5.1).
    default void onCname(int ssrc, byte[] b, int off, int len) {}

    /// A source says good-bye.
    default void onBye(int ssrc) {}

    /// A lost packet and a mask of the 16 after it (RFC 4585 §6.2.1); see `Nack`.
    default void onNack(int senderSsrc, int mediaSsrc, int pid, int blp) {}

    /// A picture loss indication (RFC 4585 §6.3.1).
    default void onPli(int senderSsrc, int mediaSsrc) {}

    /// A full intra request (RFC 5104 §4.3.1).
    default void onFir(int senderSsrc, int mediaSsrc, int commandSeq) {}

    /// A receiver's estimate of the maximum bitrate (draft-alvestrand-rmcat-remb).
    default void onRemb(int senderSsrc, Remb remb) {}

    /// Arrival times of packets with transport-wide numbers.
    default void onTransportFeedback(TransportFeedback feedback) {}

    /// The clock of a receiver that wants a DLRR block back (RFC 3611 §4.4).
    default void onReceiverReferenceTime(int ssrc, long ntp) {}

    /// The answer to a receiver reference time: `delay` in 1/65536 s (RFC 3611 §4.5).
    default void onDlrr(int senderSsrc, int reporteeSsrc, int lastRr, int delay) {}

    /// A packet, format or block this reader does not know.
    default void onUnknown(int type, int format) {}
}

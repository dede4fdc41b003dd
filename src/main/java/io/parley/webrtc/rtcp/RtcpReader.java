package io.parley.webrtc.rtcp;

import io.parley.webrtc.rtp.RtpBytes;
import org.jspecify.annotations.Nullable;

/// Walks over an RTCP compound and tells a handler what stands in it, without allocating (RFC 3550
/// §6.1; reduced size as in RFC 5506 is welcome). Owned by its media loop.
public final class RtcpReader {
    private static final int HEADER_BYTES = 4;
    private static final int SENDER_INFO_BYTES = 20;
    private static final int FEEDBACK_BYTES = 12;

    private final ReportBlock block = new ReportBlock();
    private final Remb remb = new Remb();
    private final TransportFeedback transportFeedback = new TransportFeedback();

    /// Reads a datagram; null means all of it was understood or politely left out.
    public @Nullable RtcpDropReason read(byte[] b, int off, int len, RtcpHandler handler) {
        int end = off + len;
        RtcpDropReason bad = validate(b, off, end);
        if (bad != null) {
            return bad;
        }
        for (int at = off; at < end; ) {
            int size = sizeAt(b, at);
            int padding = (b[at] & 0x20) != 0 ? RtpBytes.u8(b, at + size - 1) : 0;
            boolean fits = padding <= size - HEADER_BYTES;
            if (!fits || !readPacket(b, at, at + size - padding, handler)) {
                bad = RtcpDropReason.BAD_BODY;
            }
            at += size;
        }
        return bad;
    }

    private static @Nullable RtcpDropReason validate(byte[] b, int off, int end) {
        if (end - off < HEADER_BYTES) {
            return RtcpDropReason.TOO_SHORT;
        }
        int at = off;
        while (at < end) {
            if (end - at < HEADER_BYTES) {
                return RtcpDropReason.BAD_LENGTH;
            }
            if ((b[at] & 0xC0) != 0x80) {
                return RtcpDropReason.BAD_VERSION;
            }
            at += sizeAt(b, at);
        }
        return at == end ? null : RtcpDropReason.BAD_LENGTH;
    }

    private static int sizeAt(byte[] b, int at) {
        return 4 * (RtpBytes.u16(b, at + 2) + 1);
    }

    private boolean readPacket(byte[] b, int at, int end, RtcpHandler handler) {
        int count = b[at] & 0x1F;
        int type = RtpBytes.u8(b, at + 1);
        return switch (type) {
            case RtcpType.SENDER_REPORT -> readSenderReport(b, at + 4, end, count, handler);
            case RtcpType.RECEIVER_REPORT -> readReceiverReport(b, at + 4, end, count, handler);
            case RtcpType.SOURCE_DESCRIPTION -> readSdes(b, at + 4, end, count, handler);
            case RtcpType.BYE -> readBye(b, at + 4, end, count, handler);
            case RtcpType.TRANSPORT_FEEDBACK -> readTransport(b, at, end, count, handler);
            case RtcpType.PAYLOAD_FEEDBACK -> readPayload(b, at, end, count, handler);
            case RtcpType.EXTENDED_REPORT -> readExtended(b, at + 4, end, handler);
            default -> {
                handler.onUnknown(type, count);
                yield true;
            }
        };
    }

    private boolean readSenderReport(byte[] b, int at, int end, int count, RtcpHandler handler) {
        if (end - at < 4 + SENDER_INFO_BYTES + count * ReportBlock.BYTES) {
            return false;
        }
        int ssrc = RtpBytes.i32(b, at);
        handler.onSenderReport(
                ssrc,
                RtpBytes.i64(b, at + 4),
                RtpBytes.i32(b, at + 12),
                RtpBytes.i32(b, at + 16),
                RtpBytes.i32(b, at + 20));
        readBlocks(b, at + 4 + SENDER_INFO_BYTES, count, ssrc, handler);
        return true;
    }

    private boolean readReceiverReport(byte[] b, int at, int end, int count, RtcpHandler handler) {
        if (end - at < 4 + count * ReportBlock.BYTES) {
            return false;
        }
        int ssrc = RtpBytes.i32(b, at);
        handler.onReceiverReport(ssrc);
        readBlocks(b, at + 4, count, ssrc, handler);
        return true;
    }

    private void readBlocks(byte[] b, int from, int count, int ssrc, RtcpHandler handler) {
        for (int i = 0; i < count; i++) {
            handler.onReportBlock(ssrc, block.at(b, from + i * ReportBlock.BYTES));
        }
    }

    /// Chunks of SSRC and items; the items end with a zero and padding to four bytes.
    private static boolean readSdes(byte[] b, int from, int end, int count, RtcpHandler handler) {
        int at = from;
        for (int i = 0; i < count; i++) {
            if (end - at < 8) {
                return false;
            }
            int ssrc = RtpBytes.i32(b, at);
            at = readItems(b, at + 4, end, ssrc, handler);
            if (at < 0) {
                return false;
            }
            at = from + ((at - from + 3) & ~3);
        }
        return true;
    }

    private static int readItems(byte[] b, int from, int end, int ssrc, RtcpHandler handler) {
        int at = from;
        while (at < end && b[at] != 0) {
            if (end - at < 2 || end - at - 2 < RtpBytes.u8(b, at + 1)) {
                return -1;
            }
            int size = RtpBytes.u8(b, at + 1);
            if (b[at] == RtcpType.ITEM_CNAME) {
                handler.onCname(ssrc, b, at + 2, size);
            }
            at += 2 + size;
        }
        return at < end ? at + 1 : -1;
    }

    private static boolean readBye(byte[] b, int at, int end, int count, RtcpHandler handler) {
        if (end - at < 4 * count) {
            return false;
        }
        for (int i = 0; i < count; i++) {
            handler.onBye(RtpBytes.i32(b, at + 4 * i));
        }
        return true;
    }

    private boolean readTransport(byte[] b, int at, int end, int format, RtcpHandler handler) {
        if (end - at < FEEDBACK_BYTES) {
            return false;
        }
        if (format == RtcpType.FORMAT_TRANSPORT_CC) {
            boolean ok = transportFeedback.wrap(b, at, end - at);
            if (ok) {
                handler.onTransportFeedback(transportFeedback);
            }
            return ok;
        }
        if (format != RtcpType.FORMAT_NACK) {
            handler.onUnknown(RtcpType.TRANSPORT_FEEDBACK, format);
            return true;
        }
        int sender = RtpBytes.i32(b, at + 4);
        int media = RtpBytes.i32(b, at + 8);
        for (int pair = at + FEEDBACK_BYTES; end - pair >= 4; pair += 4) {
            handler.onNack(sender, media, RtpBytes.u16(b, pair), RtpBytes.u16(b, pair + 2));
        }
        return end - at > FEEDBACK_BYTES;
    }

    private boolean readPayload(byte[] b, int at, int end, int format, RtcpHandler handler) {
        if (end - at < FEEDBACK_BYTES) {
            return false;
        }
        int sender = RtpBytes.i32(b, at + 4);
        int media = RtpBytes.i32(b, at + 8);
        int body = at + FEEDBACK_BYTES;
        switch (format) {
            case RtcpType.FORMAT_PLI -> handler.onPli(sender, media);
            case RtcpType.FORMAT_FIR -> {
                for (int entry = body; end - entry >= 8; entry += 8) {
                    int seq = RtpBytes.u8(b, entry + 4);
                    handler.onFir(sender, RtpBytes.i32(b, entry), seq);
                }
            }
            case RtcpType.FORMAT_APPLICATION -> {
                if (remb.wrap(b, body, end - body)) {
                    handler.onRemb(sender, remb);
                } else {
                    handler.onUnknown(RtcpType.PAYLOAD_FEEDBACK, format);
                }
            }
            default -> handler.onUnknown(RtcpType.PAYLOAD_FEEDBACK, format);
        }
        return true;
    }

    private static boolean readExtended(byte[] b, int from, int end, RtcpHandler handler) {
        if (end - from < 4) {
            return false;
        }
        int ssrc = RtpBytes.i32(b, from);
        int at = from + 4;
        while (end - at >= 4) {
            int next = at + sizeAt(b, at);
            if (next > end) {
                return false;
            }
            readBlock(b, at, next, ssrc, handler);
            at = next;
        }
        return at == end;
    }

    private static void readBlock(byte[] b, int at, int next, int ssrc, RtcpHandler handler) {
        int type = RtpBytes.u8(b, at);
        if (type == RtcpType.BLOCK_RECEIVER_REFERENCE_TIME && next - at >= 12) {
            handler.onReceiverReferenceTime(ssrc, RtpBytes.i64(b, at + 4));
            return;
        }
        if (type != RtcpType.BLOCK_DLRR) {
            handler.onUnknown(RtcpType.EXTENDED_REPORT, type);
            return;
        }
        for (int sub = at + 4; next - sub >= 12; sub += 12) {
            int reportee = RtpBytes.i32(b, sub);
            int delay = RtpBytes.i32(b, sub + 8);
            handler.onDlrr(ssrc, reportee, RtpBytes.i32(b, sub + 4), delay);
        }
    }
}

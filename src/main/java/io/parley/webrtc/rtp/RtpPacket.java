package io.parley.webrtc.rtp;

import org.jspecify.annotations.Nullable;

/// An RTP packet (RFC 3550 §5.1) seen in somebody else's bytes; reusable and never copying. Owned
/// by its media loop; the bytes are borrowed until the next `wrap`.
public final class RtpPacket {
    /// Bytes of the header before CSRCs and extensions.
    public static final int FIXED_HEADER_BYTES = 12;

    private static final int ONE_BYTE_PROFILE = 0xBEDE;
    private static final int TWO_BYTE_PROFILE = 0x1000;
    private static final byte[] NOTHING = new byte[FIXED_HEADER_BYTES];

    private byte[] buffer = NOTHING;
    private int offset;
    private int length = FIXED_HEADER_BYTES;
    private int payloadOffset = FIXED_HEADER_BYTES;
    private int payloadLength;
    private int paddingLength;

    private int extensionProfile;
    private int extensionsStart;
    private int extensionsEnd;
    private int foundId = -1;
    private int foundOffset;
    private int foundLength;

    /// Tells RTCP from RTP when both share a port (RFC 5761 §4).
    public static boolean isRtcp(byte[] b, int off, int len) {
        return len >= 2 && RtpBytes.u8(b, off + 1) >= 192 && RtpBytes.u8(b, off + 1) <= 223;
    }

    /// Looks at new bytes; null means that they are a packet, else the view must not be used.
    public @Nullable RtpDropReason wrap(byte[] b, int off, int len) {
        if (len < FIXED_HEADER_BYTES) {
            return RtpDropReason.TOO_SHORT;
        }
        int first = b[off] & 0xFF;
        if (first >> 6 != 2) {
            return RtpDropReason.BAD_VERSION;
        }
        int end = off + len;
        int at = off + FIXED_HEADER_BYTES + 4 * (first & 0x0F);
        if (at > end) {
            return RtpDropReason.CSRC_OUT_OF_BOUNDS;
        }
        int profile = 0;
        int start = at;
        if ((first & 0x10) != 0) {
            start = at + 4;
            if (start > end) {
                return RtpDropReason.EXTENSION_OUT_OF_BOUNDS;
            }
            profile = RtpBytes.u16(b, at);
            at = start + 4 * RtpBytes.u16(b, at + 2);
            if (at > end) {
                return RtpDropReason.EXTENSION_OUT_OF_BOUNDS;
            }
        }
        int padding = 0;
        if ((first & 0x20) != 0) {
            padding = b[end - 1] & 0xFF;
            if (padding == 0 || padding > end - at) {
                return RtpDropReason.BAD_PADDING;
            }
        }
        buffer = b;
        offset = off;
        length = len;
        payloadOffset = at;
        paddingLength = padding;
        payloadLength = end - at - padding;
        extensionProfile = profile;
        extensionsStart = start;
        extensionsEnd = at;
        foundId = -1;
        return null;
    }

    /// Turns a retransmission into the packet it repeats, in place (RFC 4588 §4): the header moves
    /// two bytes forward over the original sequence number. Extensions and marker are kept.
    public @Nullable RtpDropReason unwrapRtx(int primaryPayloadType, int primarySsrc) {
        if (payloadLength < 2) {
            return RtpDropReason.RTX_WITHOUT_ORIGINAL;
        }
        int original = RtpBytes.u16(buffer, payloadOffset);
        System.arraycopy(buffer, offset, buffer, offset + 2, headerLength());
        offset += 2;
        length -= 2;
        extensionsStart += 2;
        extensionsEnd += 2;
        payloadOffset += 2;
        payloadLength -= 2;
        foundId = -1;
        rewritePayloadType(primaryPayloadType);
        rewriteSeq16(original);
        rewriteSsrc(primarySsrc);
        return null;
    }

    /// Overwrites the payload type and keeps the marker.
    public void rewritePayloadType(int payloadType) {
        buffer[offset + 1] = (byte) ((buffer[offset + 1] & 0x80) | (payloadType & 0x7F));
    }

    /// Overwrites the sequence number.
    public void rewriteSeq16(int seq16) {
        RtpBytes.put16(buffer, offset + 2, seq16);
    }

    /// Overwrites the SSRC.
    public void rewriteSsrc(int ssrc) {
        RtpBytes.put32(buffer, offset + 8, ssrc);
    }

    /// The payload type, 0 to 127.
    public int payloadType() {
        return buffer[offset + 1] & 0x7F;
    }

    /// The marker bit.
    public boolean marker() {
        return buffer[offset + 1] < 0;
    }

    /// The sequence number as on the wire, 0 to 65535.
    public int seq16() {
        return RtpBytes.u16(buffer, offset + 2);
    }

    /// The timestamp with its sign bit as on the wire.
    public int timestamp() {
        return RtpBytes.i32(buffer, offset + 4);
    }

    /// The timestamp, 0 to 2^32 - 1.
    public long timestampUnsigned() {
        return RtpBytes.u32(buffer, offset + 4);
    }

    /// The synchronisation source.
    public int ssrc() {
        return RtpBytes.i32(buffer, offset + 8);
    }

    /// Number of contributing sources.
    public int csrcCount() {
        return buffer[offset] & 0x0F;
    }

    /// Bytes of fixed header, CSRCs and extensions.
    public int headerLength() {
        return payloadOffset - offset;
    }

    /// Index in `buffer()` of the first payload byte.
    public int payloadOffset() {
        return payloadOffset;
    }

    /// Bytes of payload, without padding.
    public int payloadLength() {
        return payloadLength;
    }

    /// Bytes of padding, its count byte included.
    public int paddingLength() {
        return paddingLength;
    }

    /// True for a packet without payload, as probes and keep-alives are.
    public boolean isPaddingOnly() {
        return payloadLength == 0;
    }

    /// Index in `buffer()` of the value of that extension, or -1 when it is absent (RFC 8285).
    public int extensionOffset(int id) {
        find(id);
        return foundOffset;
    }

    /// Length of the value of that extension, 0 when it is absent (or empty).
    public int extensionLength(int id) {
        find(id);
        return foundLength;
    }

    /// The borrowed bytes.
    public byte[] buffer() {
        return buffer;
    }

    /// Index in `buffer()` of the first header byte.
    public int offset() {
        return offset;
    }

    /// Bytes of the whole packet.
    public int length() {
        return length;
    }

    private void find(int id) {
        if (id == foundId) {
            return;
        }
        foundId = id;
        foundOffset = -1;
        foundLength = 0;
        if (id <= 0) {
            return;
        }
        if (extensionProfile == ONE_BYTE_PROFILE) {
            findOneByte(id);
        } else if ((extensionProfile & 0xFFF0) == TWO_BYTE_PROFILE) {
            findTwoByte(id);
        }
    }

    /// RFC 8285 §4.2: id 0 is one byte of padding, and 15 (or 0 with a length) ends the list.
    private void findOneByte(int id) {
        int at = extensionsStart;
        while (at < extensionsEnd) {
            int head = buffer[at++] & 0xFF;
            if (head == 0) {
                continue;
            }
            int size = (head & 0x0F) + 1;
            int found = head >> 4;
            if (found == 0 || found == 15 || size > extensionsEnd - at) {
                return;
            }
            if (found == id) {
                foundOffset = at;
                foundLength = size;
                return;
            }
            at += size;
        }
    }

    private void findTwoByte(int id) {
        int at = extensionsStart;
        while (at + 1 < extensionsEnd) {
            int found = buffer[at++] & 0xFF;
            if (found == 0) {
                continue;
            }
            int size = buffer[at++] & 0xFF;
            if (size > extensionsEnd - at) {
                return;
            }
            if (found == id) {
                foundOffset = at;
                foundLength = size;
                return;
            }
            at += size;
        }
    }
}

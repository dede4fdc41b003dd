package io.parley.webrtc.codec;

import io.parley.webrtc.rtp.RtpBytes;

/// The blocks of a redundant audio payload (RFC 2198 §3); reusable, the primary block last. Owned
/// by its media loop.
public final class RedPayload {
    /// Bytes before a redundant block's data.
    public static final int REDUNDANT_HEADER_BYTES = 4;

    private static final int MAX_BLOCKS = 16;

    private final int[] payloadTypes = new int[MAX_BLOCKS];
    private final int[] timestampOffsets = new int[MAX_BLOCKS];
    private final int[] offsets = new int[MAX_BLOCKS];
    private final int[] lengths = new int[MAX_BLOCKS];
    private int count;

    /// Reads the headers; false when they or the blocks do not fit, then there are no blocks.
    public boolean parse(byte[] b, int off, int len) {
        count = 0;
        int end = off + len;
        int at = off;
        int blocks = 0;
        long redundantBytes = 0;
        while (at < end && b[at] < 0) {
            if (blocks == MAX_BLOCKS - 1 || end - at < REDUNDANT_HEADER_BYTES) {
                return false;
            }
            payloadTypes[blocks] = b[at] & 0x7F;
            timestampOffsets[blocks] = RtpBytes.u16(b, at + 1) >> 2;
            lengths[blocks] = RtpBytes.u16(b, at + 2) & 0x3FF;
            redundantBytes += lengths[blocks];
            blocks++;
            at += REDUNDANT_HEADER_BYTES;
        }
        if (at >= end || redundantBytes > end - at - 1) {
            return false;
        }
        payloadTypes[blocks] = b[at] & 0x7F;
        timestampOffsets[blocks] = 0;
        at++;
        for (int i = 0; i < blocks; i++) {
            offsets[i] = at;
            at += lengths[i];
        }
        offsets[blocks] = at;
        lengths[blocks] = end - at;
        count = blocks + 1;
        return true;
    }

    /// Number of redundant blocks, oldest first; the primary is not one.
    public int redundantCount() {
        return count - 1;
    }

    /// Payload type of a redundant block.
    public int payloadType(int i) {
        return payloadTypes[i];
    }

    /// How much older than the packet's timestamp a redundant block is.
    public int timestampOffset(int i) {
        return timestampOffsets[i];
    }

    /// Index of a redundant block's data.
    public int offset(int i) {
        return offsets[i];
    }

    /// Bytes of a redundant block's data.
    public int length(int i) {
        return lengths[i];
    }

    /// Payload type of the primary block.
    public int primaryPayloadType() {
        return payloadTypes[count - 1];
    }

    /// Index of the primary block's data.
    public int primaryOffset() {
        return offsets[count - 1];
    }

    /// Bytes of the primary block's data.
    public int primaryLength() {
        return lengths[count - 1];
    }

    /// Writes the header of a redundant block and returns its length.
    public static int writeRedundantHeader(
            byte[] dst, int at, int payloadType, int timestampOffset, int size) {
        RtpBytes.put8(dst, at, 0x80 | (payloadType & 0x7F));
        RtpBytes.put24(dst, at + 1, ((timestampOffset & 0x3FFF) << 10) | (size & 0x3FF));
        return REDUNDANT_HEADER_BYTES;
    }

    /// Writes the header of the primary block, after all others, and returns its length.
    public static int writePrimaryHeader(byte[] dst, int at, int payloadType) {
        RtpBytes.put8(dst, at, payloadType & 0x7F);
        return 1;
    }
}

package io.parley.webrtc.codec;

/// Looks for sequence headers in AV1 payloads (AV1 RTP specification §4.4 and §4.5); reusable.
/// Owned by its media loop.
final class Av1Payload {
    private static final int SEQUENCE_HEADER = 1;
    private static final int FRAME_HEADER = 3;
    private static final int FRAME = 6;

    private final Av1SequenceHeader sequence = new Av1SequenceHeader();

    private boolean keyFrame;
    private boolean startsFrame;
    private int width;
    private int height;

    private int elementAt;
    private int elementEnd;

    /// A key frame's first packet: nothing continued (Z=0), new coded video sequence (N=1), the
    /// first OBU a sequence header and the next frame header a shown key frame.
    void parse(byte[] b, int off, int len) {
        keyFrame = false;
        startsFrame = false;
        width = 0;
        height = 0;
        if (len < 2) {
            return;
        }
        startsFrame = (b[off] & 0x80) == 0;
        if ((b[off] & 0x88) != 0x08) {
            return;
        }
        int end = off + len;
        int count = (b[off] >> 4) & 0x03;
        int at = off + 1;
        for (int i = 0; count == 0 || i < count; i++) {
            if (!readElement(b, at, end, i + 1 == count)) {
                return;
            }
            at = elementEnd;
            int type = (b[elementAt] >> 3) & 0x0F;
            if (i == 0 && type != SEQUENCE_HEADER) {
                return;
            }
            int body = bodyOf(b, elementAt, elementEnd);
            if (i == 0 && sequence.parse(b, body, elementEnd)) {
                width = sequence.width();
                height = sequence.height();
            }
            if (type == FRAME_HEADER || type == FRAME) {
                keyFrame = body < elementEnd && (b[body] & 0xE0) == 0;
                return;
            }
        }
    }

    boolean isKeyFrame() {
        return keyFrame;
    }

    /// True unless the packet starts with the rest of an OBU.
    boolean startsFrame() {
        return startsFrame;
    }

    int width() {
        return keyFrame ? width : 0;
    }

    int height() {
        return keyFrame ? height : 0;
    }

    /// Finds the next OBU element; the last of a counted list has no length.
    private boolean readElement(byte[] b, int from, int end, boolean isUnsized) {
        int at = from;
        long size = (long) end - at;
        if (!isUnsized) {
            size = leb128(b, at, end);
            at += leb128Bytes(b, at, end);
        }
        if (size < 1 || size > end - at) {
            return false;
        }
        elementAt = at;
        elementEnd = at + (int) size;
        return true;
    }

    private static int bodyOf(byte[] b, int at, int end) {
        int body = at + ((b[at] & 0x04) != 0 ? 2 : 1);
        if ((b[at] & 0x02) != 0 && body < end) {
            body += leb128Bytes(b, body, end);
        }
        return Math.min(body, end);
    }

    /// AV1 §4.10.5, 0 when it is cut short.
    private static long leb128(byte[] b, int at, int end) {
        long value = 0;
        for (int i = 0; i < 8 && at + i < end; i++) {
            value |= (b[at + i] & 0x7FL) << (7 * i);
            if (b[at + i] >= 0) {
                return value;
            }
        }
        return 0;
    }

    private static int leb128Bytes(byte[] b, int at, int end) {
        int n = 0;
        while (n < 8 && at + n < end) {
            if (b[at + n++] >= 0) {
                return n;
            }
        }
        return n;
    }
}

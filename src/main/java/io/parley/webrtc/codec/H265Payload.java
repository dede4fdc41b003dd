package io.parley.webrtc.codec;

import io.parley.webrtc.rtp.RtpBytes;

/// Looks for parameter sets and layers in H.265 payloads (RFC 7798 §4.4); reusable. Owned by its
/// media loop.
final class H265Payload {
    private static final int SPS = 33;
    private static final int PPS = 34;
    private static final int AGGREGATE = 48;
    private static final int FRAGMENT = 49;

    private final H265Sps sps = new H265Sps();

    private boolean keyFrame;
    private boolean startsFrame;
    private int temporalId;
    private int width;
    private int height;

    void parse(byte[] b, int off, int len) {
        keyFrame = false;
        startsFrame = false;
        temporalId = 0;
        width = 0;
        height = 0;
        if (len < 3) {
            return;
        }
        int end = off + len;
        temporalId = Math.max(0, (b[off + 1] & 0x07) - 1);
        int type = nalType(b[off]);
        if (type == AGGREGATE) {
            readAggregate(b, off + 2, end);
        } else if (type == FRAGMENT) {
            readFragment(b, off + 2, end);
        } else {
            readNal(b, off, end, true);
        }
    }

    boolean isKeyFrame() {
        return keyFrame;
    }

    /// True when it looks like a frame's first packet.
    boolean startsFrame() {
        return startsFrame;
    }

    int temporalId() {
        return temporalId;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    private static int nalType(byte head) {
        return (head >> 1) & 0x3F;
    }

    private void readAggregate(byte[] b, int from, int end) {
        int at = from;
        boolean isFirst = true;
        while (end - at > 2) {
            int size = RtpBytes.u16(b, at);
            at += 2;
            if (size < 2 || size > end - at) {
                return;
            }
            readNal(b, at, at + size, isFirst);
            isFirst = false;
            at += size;
        }
    }

    private void readFragment(byte[] b, int at, int end) {
        if (b[at] >= 0) {
            return;
        }
        int type = b[at] & 0x3F;
        keyFrame = type == SPS || type == PPS;
        startsFrame = startsPicture(b, type, at + 1, end);
    }

    private void readNal(byte[] b, int off, int end, boolean isFirst) {
        int type = nalType(b[off]);
        if (isFirst) {
            startsFrame = startsPicture(b, type, off + 2, end);
        }
        keyFrame |= type == SPS || type == PPS;
        if (type == SPS && width == 0 && sps.parse(b, off + 2, end)) {
            width = sps.width();
            height = sps.height();
        }
    }

    /// A slice starts a picture when first_slice_segment_in_pic_flag is set; VPS to AUD and prefix
    /// SEI come before one.
    private static boolean startsPicture(byte[] b, int type, int body, int end) {
        if (type < 32) {
            return body < end && b[body] < 0;
        }
        return type <= 35 || type == 39;
    }
}

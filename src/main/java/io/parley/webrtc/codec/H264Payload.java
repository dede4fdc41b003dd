package io.parley.webrtc.codec;

import io.parley.webrtc.rtp.RtpBytes;

/// Looks for sequence parameter sets in H.264 payloads (RFC 6184 §5); reusable. Owned by its media
/// loop.
final class H264Payload {
    private static final int SPS = 7;
    private static final int STAP_A = 24;
    private static final int STAP_B = 25;
    private static final int MTAP_16 = 26;
    private static final int MTAP_24 = 27;
    private static final int FU_A = 28;
    private static final int FU_B = 29;

    private final H264Sps sps = new H264Sps();

    private boolean keyFrame;
    private boolean startsFrame;
    private int width;
    private int height;

    void parse(byte[] b, int off, int len) {
        keyFrame = false;
        startsFrame = false;
        width = 0;
        height = 0;
        if (len < 2) {
            return;
        }
        int end = off + len;
        int type = b[off] & 0x1F;
        switch (type) {
            case STAP_A -> readAggregate(b, off + 1, end, 0);
            case STAP_B -> readAggregate(b, off + 3, end, 0);
            case MTAP_16 -> readAggregate(b, off + 3, end, 3);
            case MTAP_24 -> readAggregate(b, off + 3, end, 4);
            case FU_A, FU_B -> readFragment(b, off, end, type == FU_A ? 2 : 4);
            default -> readNal(b, off, end, true);
        }
    }

    /// True when there is an SPS; an IDR without one is not enough for a decoder that joins.
    boolean isKeyFrame() {
        return keyFrame;
    }

    /// True when it looks like a frame's first packet.
    boolean startsFrame() {
        return startsFrame;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /// Each unit: size, `extra` bytes of decoding order and time, NAL unit.
    private void readAggregate(byte[] b, int from, int end, int extra) {
        int at = from;
        boolean isFirst = true;
        while (end - at > 2 + extra) {
            int size = RtpBytes.u16(b, at);
            at += 2 + extra;
            if (size == 0 || size > end - at) {
                return;
            }
            readNal(b, at, at + size, isFirst);
            isFirst = false;
            at += size;
        }
    }

    private void readFragment(byte[] b, int off, int end, int headBytes) {
        int head = b[off + 1] & 0xFF;
        if ((head & 0x80) == 0) {
            return;
        }
        int type = head & 0x1F;
        keyFrame = type == SPS;
        startsFrame = startsPicture(b, type, off + headBytes, end);
    }

    private void readNal(byte[] b, int off, int end, boolean isFirst) {
        int type = b[off] & 0x1F;
        if (isFirst) {
            startsFrame = startsPicture(b, type, off + 1, end);
        }
        if (type != SPS) {
            return;
        }
        keyFrame = true;
        if (width == 0 && sps.parse(b, off + 1, end)) {
            width = sps.width();
            height = sps.height();
        }
    }

    /// Parameter sets, SEI and delimiters come before a picture; a slice starts one when its
    /// first_mb_in_slice is 0, whose code is a single 1 bit.
    private static boolean startsPicture(byte[] b, int type, int body, int end) {
        if (type == 1 || type == 5) {
            return body < end && b[body] < 0;
        }
        return type >= 6 && type <= 9;
    }
}

package io.parley.webrtc.codec;

import io.parley.webrtc.rtp.RtpBytes;

/// The VP8 payload descriptor of one packet (RFC 7741 §4.2); reusable. Owned by its media loop.
public final class Vp8Descriptor {
    private static final int KEY_FRAME_HEADER_BYTES = 10;

    private int first;
    private int flags;
    private int pictureId;
    private boolean longPictureId;
    private int tl0PicIdx;
    private int layerByte;
    private int headerLength;
    private boolean keyFrame;
    private int width;
    private int height;

    /// Reads the descriptor; false when it is cut short, then nothing else means anything.
    public boolean parse(byte[] b, int off, int len) {
        clear();
        int end = off + len;
        int at = off;
        if (at >= end) {
            return false;
        }
        first = b[at++] & 0xFF;
        if ((first & 0x80) != 0) {
            if (at >= end) {
                return false;
            }
            flags = b[at++] & 0xF0;
        }
        if (hasPictureId()) {
            longPictureId = at < end && b[at] < 0;
            int size = longPictureId ? 2 : 1;
            if (size > end - at) {
                return false;
            }
            pictureId = longPictureId ? RtpBytes.u16(b, at) & 0x7FFF : b[at] & 0x7F;
            at += size;
        }
        if (hasTl0PicIdx()) {
            if (at >= end) {
                return false;
            }
            tl0PicIdx = b[at++] & 0xFF;
        }
        if (hasTemporalId() || hasKeyIdx()) {
            if (at >= end) {
                return false;
            }
            layerByte = b[at++] & 0xFF;
        }
        headerLength = at - off;
        readFrame(b, at, end);
        return true;
    }

    /// Bytes of the descriptor.
    public int headerLength() {
        return headerLength;
    }

    /// S: this packet starts a partition.
    public boolean startsPartition() {
        return (first & 0x10) != 0;
    }

    /// True for the first packet of a frame: it starts partition 0.
    public boolean startsFrame() {
        return startsPartition() && (first & 0x07) == 0;
    }

    /// True for the first packet of a key frame; as LiveKit does, the partition is not looked at.
    public boolean isKeyFrame() {
        return keyFrame;
    }

    /// Width of a key frame, else 0.
    public int width() {
        return width;
    }

    /// Height of a key frame, else 0.
    public int height() {
        return height;
    }

    /// I: there is a picture id.
    public boolean hasPictureId() {
        return (flags & 0x80) != 0;
    }

    /// M: the picture id has 15 bits.
    public boolean hasLongPictureId() {
        return longPictureId;
    }

    /// The picture id, 0 when absent.
    public int pictureId() {
        return pictureId;
    }

    /// L: there is a TL0PICIDX.
    public boolean hasTl0PicIdx() {
        return (flags & 0x40) != 0;
    }

    /// Running index of base layer frames, 0 when absent.
    public int tl0PicIdx() {
        return tl0PicIdx;
    }

    /// T: there is a temporal id.
    public boolean hasTemporalId() {
        return (flags & 0x20) != 0;
    }

    /// The temporal layer, 0 when absent.
    public int temporalId() {
        return hasTemporalId() ? layerByte >> 6 : 0;
    }

    /// Y: this frame depends on the base layer only.
    public boolean isLayerSync() {
        return (layerByte & 0x20) != 0;
    }

    /// K: there is a KEYIDX.
    public boolean hasKeyIdx() {
        return (flags & 0x10) != 0;
    }

    /// Running index of key frames, 0 to 31, 0 when absent.
    public int keyIdx() {
        return hasKeyIdx() ? layerByte & 0x1F : 0;
    }

    /// The first byte without X, as it is copied to a rewritten descriptor.
    int firstByte() {
        return first;
    }

    /// I, L, T and K where they stand on the wire.
    int flags() {
        return flags;
    }

    int layerByte() {
        return layerByte;
    }

    private void clear() {
        first = 0;
        flags = 0;
        pictureId = 0;
        longPictureId = false;
        tl0PicIdx = 0;
        layerByte = 0;
        headerLength = 0;
        keyFrame = false;
        width = 0;
        height = 0;
    }

    /// RFC 6386 §9.1: P=0 is a key frame, followed by a start code and 14-bit dimensions.
    private void readFrame(byte[] b, int at, int end) {
        keyFrame = startsPartition() && at < end && (b[at] & 1) == 0;
        if (keyFrame
                && startsFrame()
                && end - at >= KEY_FRAME_HEADER_BYTES
                && RtpBytes.u24(b, at + 3) == 0x9D012A) {
            width = (b[at + 6] & 0xFF) | ((b[at + 7] & 0x3F) << 8);
            height = (b[at + 8] & 0xFF) | ((b[at + 9] & 0x3F) << 8);
        }
    }
}

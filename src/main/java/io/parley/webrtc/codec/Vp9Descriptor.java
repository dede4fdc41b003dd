package io.parley.webrtc.codec;

import io.parley.webrtc.rtp.RtpBytes;

/// The VP9 payload descriptor of one packet (RFC 9628 §4.2); reusable. Owned by its media loop.
public final class Vp9Descriptor {
    private static final int MAX_SPATIAL = 8;
    private static final int MAX_REFERENCES = 3;

    private final int[] widths = new int[MAX_SPATIAL];
    private final int[] heights = new int[MAX_SPATIAL];

    private int flags;
    private int layerByte;
    private int pictureId;
    private int tl0PicIdx;
    private int spatialLayers;
    private boolean hasSizes;
    private boolean keyFrame;
    private int headerLength;

    /// Reads the descriptor; false when it is cut short, then nothing else means anything.
    public boolean parse(byte[] b, int off, int len) {
        flags = 0;
        layerByte = 0;
        pictureId = -1;
        tl0PicIdx = -1;
        spatialLayers = 0;
        hasSizes = false;
        keyFrame = false;
        headerLength = 0;
        int end = off + len;
        if (len < 1) {
            return false;
        }
        flags = b[off] & 0xFF;
        int at = readIndices(b, off + 1, end);
        if (at >= 0 && hasStructure()) {
            at = readStructure(b, at, end);
        }
        if (at < 0) {
            flags = 0;
            layerByte = 0;
            hasSizes = false;
            return false;
        }
        headerLength = at - off;
        keyFrame = startsFrame() && at < end && isKeyFrameHeader(b[at]);
        return true;
    }

    /// Bytes of the descriptor.
    public int headerLength() {
        return headerLength;
    }

    /// The picture id, -1 when absent.
    public int pictureId() {
        return pictureId;
    }

    /// P: the picture depends on earlier ones (inter-picture predicted).
    public boolean isInterPredicted() {
        return (flags & 0x40) != 0;
    }

    /// F: references are told in each packet.
    public boolean isFlexible() {
        return (flags & 0x10) != 0;
    }

    /// B: starts a layer frame.
    public boolean startsFrame() {
        return (flags & 0x08) != 0;
    }

    /// E: ends a layer frame.
    public boolean endsFrame() {
        return (flags & 0x04) != 0;
    }

    /// Z: no higher spatial layer refers to this one.
    public boolean isNotReferenced() {
        return (flags & 0x01) != 0;
    }

    /// V: carries the scalability structure.
    public boolean hasStructure() {
        return (flags & 0x02) != 0;
    }

    /// L: carries layer indices.
    public boolean hasLayers() {
        return (flags & 0x20) != 0;
    }

    /// The temporal layer, 0 when absent.
    public int temporalId() {
        return layerByte >> 5;
    }

    /// U: higher temporal layers may start after this frame.
    public boolean isSwitchingUp() {
        return (layerByte & 0x10) != 0;
    }

    /// The spatial layer, 0 when absent.
    public int spatialId() {
        return (layerByte >> 1) & 0x07;
    }

    /// D: depends on the next lower spatial layer of the same picture.
    public boolean isInterLayerPredicted() {
        return (layerByte & 0x01) != 0;
    }

    /// Running index of base layer frames, -1 when absent.
    public int tl0PicIdx() {
        return tl0PicIdx;
    }

    /// True for the first packet of a key frame (VP9 uncompressed header §6.2).
    public boolean isKeyFrame() {
        return keyFrame;
    }

    /// Spatial layers of the structure, 0 when there is none.
    public int spatialLayers() {
        return spatialLayers;
    }

    /// Width of a spatial layer told in this packet, else 0.
    public int width(int spatialId) {
        return hasSizes && spatialId < spatialLayers ? widths[spatialId] : 0;
    }

    /// Height of a spatial layer told in this packet, else 0.
    public int height(int spatialId) {
        return hasSizes && spatialId < spatialLayers ? heights[spatialId] : 0;
    }

    private int readIndices(byte[] b, int from, int end) {
        int at = from;
        if ((flags & 0x80) != 0) {
            if (at >= end) {
                return -1;
            }
            int size = b[at] < 0 ? 2 : 1;
            if (size > end - at) {
                return -1;
            }
            pictureId = size == 2 ? RtpBytes.u16(b, at) & 0x7FFF : b[at] & 0x7F;
            at += size;
        }
        if (hasLayers()) {
            int size = isFlexible() ? 1 : 2;
            if (size > end - at) {
                return -1;
            }
            layerByte = b[at] & 0xFF;
            tl0PicIdx = size == 2 ? b[at + 1] & 0xFF : -1;
            at += size;
        }
        return isFlexible() && isInterPredicted() ? skipReferences(b, at, end) : at;
    }

    private static int skipReferences(byte[] b, int from, int end) {
        int at = from;
        for (int i = 0; i < MAX_REFERENCES; i++) {
            if (at >= end) {
                return -1;
            }
            if ((b[at++] & 1) == 0) {
                return at;
            }
        }
        return at;
    }

    private int readStructure(byte[] b, int from, int end) {
        int at = from;
        if (at >= end) {
            return -1;
        }
        int head = b[at++] & 0xFF;
        spatialLayers = (head >> 5) + 1;
        if ((head & 0x10) != 0) {
            if (4 * spatialLayers > end - at) {
                return -1;
            }
            hasSizes = true;
            for (int i = 0; i < spatialLayers; i++) {
                widths[i] = RtpBytes.u16(b, at);
                heights[i] = RtpBytes.u16(b, at + 2);
                at += 4;
            }
        }
        return (head & 0x08) != 0 ? skipPictureGroup(b, at, end) : at;
    }

    private static int skipPictureGroup(byte[] b, int from, int end) {
        int at = from;
        if (at >= end) {
            return -1;
        }
        int pictures = b[at++] & 0xFF;
        for (int i = 0; i < pictures; i++) {
            if (at >= end) {
                return -1;
            }
            at += 1 + ((b[at] >> 2) & 0x03);
        }
        return at <= end ? at : -1;
    }

    /// frame_marker 2, then profile bits, show_existing_frame 0 and frame_type 0; profile 3 has one
    /// reserved bit more in between.
    private static boolean isKeyFrameHeader(byte header) {
        if ((header & 0xC0) != 0x80) {
            return false;
        }
        int mask = (header & 0x30) == 0x30 ? 0x06 : 0x0C;
        return (header & mask) == 0;
    }
}

package io.parley.webrtc.codec;

/// What a forwarder wants to know of one video packet, whatever its codec (media contract §3.7);
/// reusable, valid until the next `peek`. Malformed payloads are plain: no key frame, no layer.
/// Owned by its media loop.
public final class PayloadPeek {
    private final Vp8Descriptor vp8 = new Vp8Descriptor();
    private final Vp9Descriptor vp9 = new Vp9Descriptor();
    private final H264Payload h264 = new H264Payload();
    private final H265Payload h265 = new H265Payload();
    private final Av1Payload av1 = new Av1Payload();

    private boolean malformed;
    private boolean keyFrame;
    private boolean startOfFrame;
    private boolean endOfFrame;
    private boolean switchingUp;
    private int spatialId;
    private int temporalId;
    private int width;
    private int height;

    /// Looks at a payload.
    public void peek(Codec codec, byte[] b, int payloadOffset, int payloadLength) {
        clear();
        switch (codec) {
            case VP8 -> peekVp8(b, payloadOffset, payloadLength);
            case VP9 -> peekVp9(b, payloadOffset, payloadLength);
            case H264 -> peekH264(b, payloadOffset, payloadLength);
            case H265 -> peekH265(b, payloadOffset, payloadLength);
            case AV1 -> peekAv1(b, payloadOffset, payloadLength);
            case OPUS, RED, PCMU, PCMA, UNKNOWN -> {}
        }
    }

    /// True when the payload descriptor was cut short (VP8, VP9).
    public boolean isMalformed() {
        return malformed;
    }

    /// True for the packet with which a decoder can start.
    public boolean keyFrame() {
        return keyFrame;
    }

    /// True for a frame's first packet: certain for VP8 and VP9 (layer frame), a good guess for
    /// H264, H265 and AV1, where several packets of a frame may answer true.
    public boolean startOfFrame() {
        return startOfFrame;
    }

    /// True for the last packet of a VP9 layer frame; others tell by the marker.
    public boolean endOfFrame() {
        return endOfFrame;
    }

    /// VP9 U, VP8 Y: a higher temporal layer may be joined here.
    public boolean switchingUp() {
        return switchingUp;
    }

    /// The spatial layer of VP9, else -1.
    public int spatialId() {
        return spatialId;
    }

    /// The temporal layer of VP8, VP9 and H265, else 0.
    public int temporalId() {
        return temporalId;
    }

    /// Width told by this packet (VP9: of the top layer), 0 for unknown.
    public int width() {
        return width;
    }

    /// Height told by this packet (VP9: of the top layer), 0 for unknown.
    public int height() {
        return height;
    }

    /// The descriptor, meaningful after a peek of VP8 that was not malformed.
    public Vp8Descriptor vp8() {
        return vp8;
    }

    /// The descriptor, meaningful after a peek of VP9 that was not malformed.
    public Vp9Descriptor vp9() {
        return vp9;
    }

    private void clear() {
        malformed = false;
        keyFrame = false;
        startOfFrame = false;
        endOfFrame = false;
        switchingUp = false;
        spatialId = -1;
        temporalId = 0;
        width = 0;
        height = 0;
    }

    private void peekVp8(byte[] b, int off, int len) {
        malformed = !vp8.parse(b, off, len);
        if (malformed) {
            return;
        }
        keyFrame = vp8.isKeyFrame();
        startOfFrame = vp8.startsFrame();
        switchingUp = vp8.isLayerSync();
        temporalId = vp8.temporalId();
        width = vp8.width();
        height = vp8.height();
    }

    private void peekVp9(byte[] b, int off, int len) {
        malformed = !vp9.parse(b, off, len);
        if (malformed) {
            return;
        }
        keyFrame = vp9.isKeyFrame();
        startOfFrame = vp9.startsFrame();
        endOfFrame = vp9.endsFrame();
        switchingUp = vp9.isSwitchingUp();
        spatialId = vp9.spatialId();
        temporalId = vp9.temporalId();
        int top = Math.max(0, vp9.spatialLayers() - 1);
        width = vp9.width(top);
        height = vp9.height(top);
    }

    private void peekH264(byte[] b, int off, int len) {
        h264.parse(b, off, len);
        keyFrame = h264.isKeyFrame();
        startOfFrame = h264.startsFrame();
        width = h264.width();
        height = h264.height();
    }

    private void peekH265(byte[] b, int off, int len) {
        h265.parse(b, off, len);
        keyFrame = h265.isKeyFrame();
        startOfFrame = h265.startsFrame();
        temporalId = h265.temporalId();
        width = h265.width();
        height = h265.height();
    }

    private void peekAv1(byte[] b, int off, int len) {
        av1.parse(b, off, len);
        keyFrame = av1.isKeyFrame();
        startOfFrame = av1.startsFrame();
        width = av1.width();
        height = av1.height();
    }
}

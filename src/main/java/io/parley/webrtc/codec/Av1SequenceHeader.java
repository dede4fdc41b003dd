package io.parley.webrtc.codec;

/// The largest picture size of an AV1 sequence header (AV1 §5.5.1); reusable. Owned by its media
/// loop.
final class Av1SequenceHeader {
    private final BitCursor bits = new BitCursor();

    private boolean hasDecoderModel;
    private int delayBits;
    private int width;
    private int height;

    /// Reads the OBU's body; false when it ends early.
    boolean parse(byte[] b, int from, int to) {
        bits.start(b, from, to);
        bits.skip(4);
        boolean reduced = bits.flag();
        if (reduced) {
            bits.skip(5);
        } else {
            readTiming();
            readOperatingPoints();
        }
        int widthBits = bits.bits(4) + 1;
        int heightBits = bits.bits(4) + 1;
        width = bits.bits(widthBits) + 1;
        height = bits.bits(heightBits) + 1;
        return !bits.isExhausted();
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    private void readTiming() {
        hasDecoderModel = false;
        delayBits = 0;
        if (!bits.flag()) {
            return;
        }
        bits.skip(64);
        if (bits.flag()) {
            bits.ue();
        }
        hasDecoderModel = bits.flag();
        if (hasDecoderModel) {
            delayBits = bits.bits(5) + 1;
            bits.skip(42);
        }
    }

    private void readOperatingPoints() {
        boolean hasDisplayDelay = bits.flag();
        int points = bits.bits(5) + 1;
        for (int i = 0; i < points; i++) {
            bits.skip(12);
            if (bits.bits(5) > 7) {
                bits.skip(1);
            }
            if (hasDecoderModel && bits.flag()) {
                bits.skip(2 * delayBits + 1);
            }
            if (hasDisplayDelay && bits.flag()) {
                bits.skip(4);
            }
        }
    }
}

package io.parley.webrtc.codec;

/// The picture size of an H.265 sequence parameter set (H.265 §7.3.2.2); reusable. Owned by its
/// media loop.
final class H265Sps {
    private static final int MAX_SIDE = 16_384;
    private static final int PROFILE_BITS = 88;

    private final BitCursor bits = new BitCursor();

    private int width;
    private int height;

    /// Reads the bytes after the NAL header; false when they end early or make no sense.
    boolean parse(byte[] b, int from, int to) {
        bits.startNal(b, from, to);
        bits.skip(4);
        int subLayers = bits.bits(3);
        bits.skip(1);
        skipProfileTierLevel(subLayers);
        bits.ue();
        int chroma = bits.ue();
        boolean separate = chroma == 3 && bits.flag();
        width = bits.ue();
        height = bits.ue();
        if (!isSide(width) || !isSide(height)) {
            return false;
        }
        if (bits.flag()) {
            boolean subsampled = !separate && (chroma == 1 || chroma == 2);
            width -= (subsampled ? 2 : 1) * (bits.ue() + bits.ue());
            height -= (subsampled && chroma == 1 ? 2 : 1) * (bits.ue() + bits.ue());
        }
        return !bits.isExhausted() && isSide(width) && isSide(height);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    private static boolean isSide(int pixels) {
        return pixels > 0 && pixels <= MAX_SIDE;
    }

    /// H.265 §7.3.3.
    private void skipProfileTierLevel(int subLayers) {
        bits.skip(PROFILE_BITS + 8);
        int profiles = 0;
        int levels = 0;
        for (int i = 0; i < subLayers; i++) {
            profiles += bits.bits(1);
            levels += bits.bits(1);
        }
        if (subLayers > 0) {
            bits.skip(2 * (8 - subLayers));
        }
        bits.skip(profiles * PROFILE_BITS + levels * 8);
    }
}

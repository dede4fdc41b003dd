package io.parley.webrtc.codec;

/// The picture size of an H.264 sequence parameter set (H.264 §7.3.2.1.1); reusable. Owned by its
/// media loop.
final class H264Sps {
    private static final int MAX_SIDE = 16_384;

    private final BitCursor bits = new BitCursor();

    private int width;
    private int height;
    private int cropUnitX;
    private int cropUnitY;

    /// Reads the bytes after the NAL header; false when they end early or make no sense.
    boolean parse(byte[] b, int from, int to) {
        bits.startNal(b, from, to);
        int profile = bits.bits(8);
        bits.skip(16);
        bits.ue();
        cropUnitX = 2;
        cropUnitY = 2;
        if (hasChroma(profile)) {
            readChroma();
        }
        bits.ue();
        readPictureOrder();
        bits.ue();
        bits.skip(1);
        int macroblocksX = bits.ue() + 1;
        int mapUnitsY = bits.ue() + 1;
        int fieldFactor = bits.flag() ? 1 : 2;
        if (fieldFactor == 2) {
            bits.skip(1);
        }
        bits.skip(1);
        if (macroblocksX < 1 || macroblocksX > MAX_SIDE / 16 || mapUnitsY < 1) {
            return false;
        }
        if (mapUnitsY > MAX_SIDE / 16) {
            return false;
        }
        width = macroblocksX * 16;
        height = mapUnitsY * 16 * fieldFactor;
        if (bits.flag()) {
            width -= cropUnitX * (bits.ue() + bits.ue());
            height -= cropUnitY * fieldFactor * (bits.ue() + bits.ue());
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
        return pixels > 0 && pixels <= 2 * MAX_SIDE;
    }

    private static boolean hasChroma(int profile) {
        return switch (profile) {
            case 100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135 -> true;
            default -> false;
        };
    }

    private void readChroma() {
        int chroma = bits.ue();
        boolean separate = chroma == 3 && bits.flag();
        boolean subsampled = !separate && (chroma == 1 || chroma == 2);
        cropUnitX = subsampled ? 2 : 1;
        cropUnitY = subsampled && chroma == 1 ? 2 : 1;
        bits.ue();
        bits.ue();
        bits.skip(1);
        if (!bits.flag()) {
            return;
        }
        int lists = chroma == 3 ? 12 : 8;
        for (int i = 0; i < lists; i++) {
            if (bits.flag()) {
                skipScalingList(i < 6 ? 16 : 64);
            }
        }
    }

    private void skipScalingList(int size) {
        int last = 8;
        int next = 8;
        for (int j = 0; j < size && !bits.isExhausted(); j++) {
            if (next != 0) {
                next = (last + bits.se()) & 0xFF;
            }
            last = next == 0 ? last : next;
        }
    }

    private void readPictureOrder() {
        int type = bits.ue();
        if (type == 0) {
            bits.ue();
            return;
        }
        if (type != 1) {
            return;
        }
        bits.skip(1);
        bits.se();
        bits.se();
        int cycle = bits.ue();
        for (int i = 0; i < cycle && !bits.isExhausted(); i++) {
            bits.se();
        }
    }
}

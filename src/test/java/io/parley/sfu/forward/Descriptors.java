package io.parley.sfu.forward;

import java.util.Arrays;

/// Dependency descriptors of an L2T1_KEY stream, each frame in one packet. Even frame numbers are
/// of the lower layer, odd ones of the upper.
final class Descriptors {
    private static final int LOWER_KEY = 0;
    private static final int LOWER_DELTA = 1;
    private static final int UPPER_KEY = 2;
    private static final int UPPER_DELTA = 3;

    private final byte[] bytes = new byte[100];
    private int bits;

    static byte[] key(int frame) {
        Descriptors d = new Descriptors();
        d.mandatory(LOWER_KEY, frame).put(0b10000, 5);
        d.put(0, 6).put(1, 5);
        d.put(0, 2).put(2, 2).put(0, 2).put(3, 2);
        d.put(0b1010, 4).put(0b1000, 4).put(0b0010, 4).put(0b0010, 4);
        d.put(0, 1);
        d.put(1, 1).put(1, 4).put(0, 1);
        d.put(1, 1).put(0, 4).put(0, 1);
        d.put(1, 1).put(1, 4).put(0, 1);
        d.put(0b11, 2).put(0, 1).put(1, 1);
        d.put(0x00, 8).put(0x21, 8).put(0x11, 8).put(0x12, 8);
        d.put(1, 1).put(319, 16).put(179, 16).put(639, 16).put(359, 16);
        return d.done();
    }

    static byte[] upperOfKey(int frame) {
        return new Descriptors().mandatory(UPPER_KEY, frame).done();
    }

    static byte[] delta(int spatial, int frame) {
        int template = spatial == 0 ? LOWER_DELTA : UPPER_DELTA;
        return new Descriptors().mandatory(template, frame).done();
    }

    private Descriptors mandatory(int template, int frame) {
        return put(0b11, 2).put(template, 6).put(frame, 16);
    }

    private Descriptors put(int value, int count) {
        for (int i = count - 1; i >= 0; i--) {
            bytes[bits / 8] |= (byte) (((value >> i) & 1) << (7 - bits % 8));
            bits++;
        }
        return this;
    }

    private byte[] done() {
        return Arrays.copyOf(bytes, (bits + 7) / 8);
    }
}

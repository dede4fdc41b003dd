package io.parley.webrtc.codec;

/// Writes bits into borrowed bytes. Owned by its writer.
final class BitSink {
    private static final byte[] NOTHING = new byte[0];

    private byte[] dst = NOTHING;
    private int start;
    private int position;

    void start(byte[] b, int off) {
        dst = b;
        start = off;
        position = 0;
    }

    void bit(boolean value) {
        bits(value ? 1 : 0, 1);
    }

    /// Writes the low `n` bits, up to 32.
    void bits(int value, int n) {
        for (int i = n - 1; i >= 0; i--) {
            int at = start + (position >> 3);
            int mask = 0x80 >> (position & 7);
            if (mask == 0x80) {
                dst[at] = 0;
            }
            if (((value >>> i) & 1) != 0) {
                dst[at] |= (byte) mask;
            }
            position++;
        }
    }

    /// Ends on a whole byte and returns the number of bytes.
    int finish() {
        return (position + 7) >> 3;
    }
}

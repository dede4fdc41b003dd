package io.parley.webrtc.codec;

/// Reads bits from borrowed bytes; past the end it answers zeros and says so, so that parsers check
/// once. Owned by its parser.
final class BitCursor {
    private static final byte[] NOTHING = new byte[0];

    private byte[] buffer = NOTHING;
    private int at;
    private int end;
    private int start;
    private int used;
    private int zeros;
    private boolean skipsEmulation;
    private boolean exhausted;

    /// Starts at `from`, plain.
    void start(byte[] b, int from, int to) {
        buffer = b;
        start = from;
        at = from;
        end = to;
        used = 0;
        zeros = 0;
        skipsEmulation = false;
        exhausted = false;
    }

    /// Starts at `from`, leaving out emulation prevention bytes (H.264 §7.3.1, H.265 §7.3.1.1).
    void startNal(byte[] b, int from, int to) {
        start(b, from, to);
        skipsEmulation = true;
    }

    /// The next `n` bits, up to 32, as an unsigned number in an int.
    int bits(int n) {
        int value = 0;
        int left = n;
        while (left > 0) {
            if (at >= end) {
                exhausted = true;
                return 0;
            }
            int take = Math.min(left, 8 - used);
            int part = ((buffer[at] & 0xFF) >> (8 - used - take)) & ((1 << take) - 1);
            value = (value << take) | part;
            used += take;
            left -= take;
            if (used == 8) {
                nextByte();
            }
        }
        return value;
    }

    /// The next bit.
    boolean flag() {
        return bits(1) == 1;
    }

    /// Leaves bits out.
    void skip(int n) {
        for (int left = n; left > 0; left -= 32) {
            bits(Math.min(left, 32));
        }
    }

    /// An unsigned Exp-Golomb number; also AV1's uvlc().
    int ue() {
        int leading = 0;
        while (!flag()) {
            leading++;
            if (exhausted || leading > 31) {
                exhausted = true;
                return 0;
            }
        }
        return (int) ((1L << leading) - 1 + (bits(leading) & 0xFFFFFFFFL));
    }

    /// A signed Exp-Golomb number.
    int se() {
        int code = ue();
        return (code & 1) == 1 ? (code >>> 1) + 1 : -(code >>> 1);
    }

    /// AV1's ns(n): a number below `n` that takes the fewest bits (AV1 §4.10.7).
    int ns(int n) {
        int width = 32 - Integer.numberOfLeadingZeros(n);
        int shorter = (1 << width) - n;
        int value = bits(width - 1);
        return value < shorter ? value : (value << 1) - shorter + bits(1);
    }

    /// Bits consumed since the start.
    int position() {
        return (at - start) * 8 + used;
    }

    /// True once a read went past the end.
    boolean isExhausted() {
        return exhausted;
    }

    private void nextByte() {
        zeros = buffer[at] == 0 ? zeros + 1 : 0;
        at++;
        used = 0;
        if (skipsEmulation && zeros >= 2 && at < end && buffer[at] == 3) {
            at++;
            zeros = 0;
        }
    }
}

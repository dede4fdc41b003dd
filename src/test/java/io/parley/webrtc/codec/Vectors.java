package io.parley.webrtc.codec;

import java.util.Arrays;
import java.util.HexFormat;

/// Hand-made payloads.
final class Vectors {
    private final byte[] buffer = new byte[600];
    private final BitSink sink = new BitSink();
    private int bitCount;

    Vectors() {
        sink.start(buffer, 0);
    }

    static byte[] hex(String s) {
        return HexFormat.of().parseHex(s.replace(" ", ""));
    }

    static byte[] concat(byte[]... parts) {
        byte[] all = new byte[0];
        for (byte[] part : parts) {
            int at = all.length;
            all = Arrays.copyOf(all, at + part.length);
            System.arraycopy(part, 0, all, at, part.length);
        }
        return all;
    }

    Vectors put(int value, int n) {
        sink.bits(value, n);
        bitCount += n;
        return this;
    }

    Vectors zeros(int n) {
        for (int i = 0; i < n; i++) {
            put(0, 1);
        }
        return this;
    }

    Vectors ue(int value) {
        int n = 32 - Integer.numberOfLeadingZeros(value + 1);
        return put(0, n - 1).put(value + 1, n);
    }

    int bitCount() {
        return bitCount;
    }

    byte[] bytes() {
        return Arrays.copyOf(buffer, sink.finish());
    }

    /// Inserts emulation prevention bytes.
    byte[] nalBytes() {
        byte[] plain = bytes();
        byte[] out = new byte[plain.length * 2];
        int at = 0;
        int zeros = 0;
        for (byte b : plain) {
            if (zeros == 2 && b >= 0 && b <= 3) {
                out[at++] = 3;
                zeros = 0;
            }
            out[at++] = b;
            zeros = b == 0 ? zeros + 1 : 0;
        }
        return Arrays.copyOf(out, at);
    }

    /// An H.264 high profile SPS of 1920×1080 (1088 cropped by 8).
    static byte[] h264Sps1080() {
        return concat(
                hex("67"),
                new Vectors()
                        .put(0x64001F, 24)
                        .ue(0) // id
                        .ue(1) // 4:2:0
                        .ue(0)
                        .ue(0)
                        .put(0, 2)
                        .ue(0)
                        .ue(0)
                        .ue(0)
                        .ue(1)
                        .put(0, 1)
                        .ue(119)
                        .ue(67)
                        .put(0b111, 3) // frames only, direct_8x8, cropping
                        .ue(0)
                        .ue(0)
                        .ue(0)
                        .ue(4)
                        .put(0b01, 2)
                        .nalBytes());
    }

    /// An H.265 main profile SPS of 1280×720 with two temporal sub-layers.
    static byte[] h265Sps720() {
        return concat(
                hex("4201"),
                new Vectors()
                        .put(0, 4)
                        .put(1, 3)
                        .put(1, 1)
                        .put(0x01600000, 32)
                        .zeros(56)
                        .put(93, 8)
                        .put(0b11, 2) // sub-layer profile and level present
                        .put(0, 14)
                        .zeros(88)
                        .put(90, 8)
                        .ue(0)
                        .ue(1)
                        .ue(1280)
                        .ue(736)
                        .put(1, 1)
                        .ue(0)
                        .ue(0)
                        .ue(0)
                        .ue(8)
                        .put(1, 1)
                        .nalBytes());
    }

    /// An AV1 sequence header OBU of 640×360 without a size field, with one operating point.
    static byte[] av1Sequence360() {
        return new Vectors()
                .put(0x08, 8) // type 1
                .put(0, 3)
                .put(0, 2)
                .put(0, 1)
                .put(0, 1)
                .put(0, 5)
                .put(0, 12)
                .put(8, 5)
                .put(0, 1)
                .put(9, 4)
                .put(8, 4)
                .put(639, 10)
                .put(359, 9)
                .put(1, 1)
                .bytes();
    }
}

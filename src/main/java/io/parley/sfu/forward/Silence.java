package io.parley.sfu.forward;

import io.parley.webrtc.codec.Codec;
import java.util.Arrays;

/// A second of silence after a voice was muted, so that its last sound is not stretched by those
/// who conceal losses (media.md §4.8). Owned by its Forwarder.
final class Silence {
    static final int FRAMES_PER_SECOND = 50;

    /// Of a codec that has none here.
    static final byte[] NONE = new byte[0];

    private static final long FRAME_NS = 1_000_000_000L / FRAMES_PER_SECOND;
    private static final byte[] OPUS = Arrays.copyOf(new byte[] {(byte) 0xF8, -1, (byte) 0xFE}, 80);
    private static final byte[] PCMU = filled(0xFF);
    private static final byte[] PCMA = filled(0xD5);

    private int left;
    private long dueNs = Long.MAX_VALUE;

    static byte[] frameOf(Codec codec) {
        return switch (codec) {
            case OPUS -> OPUS;
            case PCMU -> PCMU;
            case PCMA -> PCMA;
            case RED, VP8, VP9, H264, H265, AV1, UNKNOWN -> NONE;
        };
    }

    void begin(long nowNs) {
        left = FRAMES_PER_SECOND;
        dueNs = nowNs + FRAME_NS;
    }

    void end() {
        dueNs = Long.MAX_VALUE;
    }

    long nextWakeNs() {
        return dueNs;
    }

    /// True when a frame must leave now.
    boolean takeDue(long nowNs) {
        if (nowNs < dueNs) {
            return false;
        }
        left--;
        dueNs = left == 0 ? Long.MAX_VALUE : dueNs + FRAME_NS;
        return true;
    }

    private static byte[] filled(int value) {
        byte[] frame = new byte[160];
        Arrays.fill(frame, (byte) value);
        return frame;
    }
}

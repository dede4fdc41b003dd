package io.parley.sfu.forward;

import io.parley.webrtc.codec.BlankFrames;
import io.parley.webrtc.codec.Codec;
import java.nio.charset.StandardCharsets;

/// When the server sends frames of its own in a forwarded track, and what they hold (media.md
/// §4.8). Owned by its Forwarder.
///
/// | series | why |
/// |---|---|
/// | opening | some clients tell of a track when its first packet comes, be it padding |
/// | silence | a voice was muted: those who conceal losses would stretch its last sound |
/// | blank | a track ends: its last picture would stay on the screen |
final class OwnFrames {
    /// The bytes of a packet that is nothing but padding: zeros, then how many (RFC 3550 §5.1).
    static final byte[] PADDING = padding();

    static final int SILENT_FRAMES_PER_SECOND = 50;

    private static final byte[] NONE = new byte[0];
    private static final int PADDING_BYTES = 20;
    private static final long NEVER = Long.MAX_VALUE;

    private byte[] frame = NONE;
    private Series series = Series.OPENING;
    private int left;
    private long dueNs = NEVER;

    /// What is being sent.
    enum Series {
        OPENING(50, 100_000_000L, 100_000_000L),
        SILENCE(SILENT_FRAMES_PER_SECOND, 20_000_000L, 20_000_000L),
        BLANK(6, 0, 33_333_333L);

        private final int frames;
        private final long firstNs;
        private final long spacingNs;

        Series(int frames, long firstNs, long spacingNs) {
            this.frames = frames;
            this.firstNs = firstNs;
            this.spacingNs = spacingNs;
        }
    }

    /// The codec to speak from now on. Clients with end-to-end encryption know a frame that is not
    /// encrypted by its trailer; without one it would not pass.
    void speak(Codec codec, boolean encrypted, String trailer) {
        byte[] tail = encrypted ? trailer.getBytes(StandardCharsets.UTF_8) : NONE;
        frame = encrypted && tail.length == 0 ? NONE : BlankFrames.of(codec, tail);
    }

    /// Whether the codec has a frame that says nothing.
    boolean canSpeak() {
        return frame.length > 0;
    }

    byte[] frame() {
        return frame;
    }

    void begin(long nowNs, Series wanted) {
        series = wanted;
        left = wanted.frames;
        dueNs = nowNs + wanted.firstNs;
    }

    void end() {
        dueNs = NEVER;
    }

    /// Ends that series if it is the one being sent.
    void end(Series unwanted) {
        if (series == unwanted) {
            end();
        }
    }

    Series series() {
        return series;
    }

    long nextWakeNs() {
        return dueNs;
    }

    /// Nothing could be sent: later, and as often.
    void postpone(long nowNs) {
        dueNs = nowNs + series.spacingNs;
    }

    /// True when a frame must leave now.
    boolean takeDue(long nowNs) {
        if (nowNs < dueNs) {
            return false;
        }
        left--;
        dueNs = left == 0 ? NEVER : dueNs + series.spacingNs;
        return true;
    }

    private static byte[] padding() {
        byte[] padding = new byte[PADDING_BYTES];
        padding[PADDING_BYTES - 1] = PADDING_BYTES;
        return padding;
    }
}

package io.parley.webrtc.codec;

import java.util.Locale;

/// A payload format that the server can look into (or, for `UNKNOWN`, cannot).
public enum Codec {
    OPUS("audio/opus", 48_000),
    RED("audio/red", 48_000),
    PCMU("audio/PCMU", 8_000),
    PCMA("audio/PCMA", 8_000),
    VP8("video/VP8", 90_000),
    VP9("video/VP9", 90_000),
    H264("video/H264", 90_000),
    H265("video/H265", 90_000),
    AV1("video/AV1", 90_000),
    UNKNOWN("", 90_000);

    private final String mime;
    private final int clockRate;

    Codec(String mime, int clockRate) {
        this.mime = mime;
        this.clockRate = clockRate;
    }

    /// The codec of a MIME type such as `video/VP8`, in any case; `UNKNOWN` for others.
    public static Codec ofMime(String mime) {
        String wanted = mime.toLowerCase(Locale.ROOT);
        for (Codec codec : values()) {
            if (codec != UNKNOWN && codec.mime.toLowerCase(Locale.ROOT).equals(wanted)) {
                return codec;
            }
        }
        return UNKNOWN;
    }

    /// The MIME type as SDP spells it, empty for `UNKNOWN`.
    public String mime() {
        return mime;
    }

    /// RTP timestamp units a second.
    public int clockRate() {
        return clockRate;
    }

    /// True for video.
    public boolean isVideo() {
        return mime.startsWith("video/");
    }
}

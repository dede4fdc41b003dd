package io.parley.room.negotiation;

import io.parley.webrtc.ortc.MediaKind;
import java.util.ArrayList;
import java.util.List;

/// The codecs that Parley forwards, in the order of its offers.
final class CodecTable {
    static final String OPUS = "audio/opus";
    static final String RED = "audio/red";
    static final String H264 = "video/H264";
    static final String VP9 = "video/VP9";
    static final String AV1 = "video/AV1";

    private static final int VIDEO_CLOCK_RATE = 90_000;

    private static final List<KnownCodec> KNOWN =
            List.of(
                    audio(OPUS, 111, 48_000, 2, "minptime=10;useinbandfec=1"),
                    audio(RED, 63, 48_000, 2, "111/111"),
                    audio("audio/PCMU", 0, 8000, 1, ""),
                    audio("audio/PCMA", 8, 8000, 1, ""),
                    video("video/VP8", 96, ""),
                    video(VP9, 98, "profile-id=0"),
                    video(VP9, 100, "profile-id=1"),
                    h264(125, 0, "42e01f", false),
                    h264(108, 1, "42e01f", false),
                    h264(123, 1, "640032", false),
                    video(AV1, 35, ""),
                    video("video/H265", 116, ""),
                    h264(104, 0, "42001f", true),
                    h264(102, 1, "42001f", true),
                    h264(39, 0, "4d001f", true),
                    h264(106, 1, "4d001f", true));

    private CodecTable() {}

    /// RED needs Opus, and a client that can take it.
    static List<KnownCodec> enabled(List<EnabledCodec> wanted, ClientQuirks quirks) {
        List<KnownCodec> enabled = new ArrayList<>();
        boolean opus = wanted.stream().anyMatch(codec -> codec.mimeType().equalsIgnoreCase(OPUS));
        for (KnownCodec codec : KNOWN) {
            boolean redRefused = codec.isMime(RED) && !(opus && quirks.redSupported());
            if (!redRefused && wanted.stream().anyMatch(each -> allows(each, codec))) {
                enabled.add(codec);
            }
        }
        return enabled;
    }

    private static boolean allows(EnabledCodec enabled, KnownCodec codec) {
        if (!codec.isMime(enabled.mimeType())) {
            return false;
        }
        return enabled.fmtp().isEmpty()
                ? !codec.onlyIfNamed()
                : enabled.fmtp().equalsIgnoreCase(codec.fmtp());
    }

    private static KnownCodec audio(
            String mimeType, int payloadType, int clockRate, int channels, String fmtp) {
        return new KnownCodec(
                mimeType, MediaKind.AUDIO, payloadType, clockRate, channels, fmtp, false);
    }

    private static KnownCodec video(String mimeType, int payloadType, String fmtp) {
        return new KnownCodec(
                mimeType, MediaKind.VIDEO, payloadType, VIDEO_CLOCK_RATE, 1, fmtp, false);
    }

    private static KnownCodec h264(
            int payloadType, int packetizationMode, String profileLevelId, boolean onlyIfNamed) {
        String fmtp =
                "level-asymmetry-allowed=1;packetization-mode="
                        + packetizationMode
                        + ";profile-level-id="
                        + profileLevelId;
        return new KnownCodec(
                H264, MediaKind.VIDEO, payloadType, VIDEO_CLOCK_RATE, 1, fmtp, onlyIfNamed);
    }
}

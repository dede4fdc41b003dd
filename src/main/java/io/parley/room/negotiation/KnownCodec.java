package io.parley.room.negotiation;

import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.sdp.SdpCodec;
import java.util.List;
import java.util.Locale;

/// A codec of our table, with the payload type that our own offers give it. Every video codec has
/// RTX on the next payload type.
record KnownCodec(
        String mimeType,
        MediaKind kind,
        int payloadType,
        int clockRate,
        int channels,
        String fmtp,
        boolean onlyIfNamed) {
    private static final int PROFILE_AND_CONSTRAINTS_DIGITS = 4;
    private static final String H264_HIGH_PREFIX = "64";

    String encodingName() {
        return mimeType.substring(mimeType.indexOf('/') + 1);
    }

    boolean isVideo() {
        return kind == MediaKind.VIDEO;
    }

    boolean isMime(String other) {
        return mimeType.equalsIgnoreCase(other);
    }

    boolean isH264High() {
        return isMime(CodecTable.H264)
                && toSdp().parameter("profile-level-id", "").startsWith(H264_HIGH_PREFIX);
    }

    SdpCodec toSdp() {
        return new SdpCodec(payloadType, encodingName(), clockRate, channels, fmtp, List.of());
    }

    /// Whether a client's codec is this one: levels may differ, profiles may not (RFC 6184 §8.2.2,
    /// RFC 9628 §6).
    boolean matches(SdpCodec remote) {
        return remote.isNamed(encodingName())
                && remote.clockRate() == clockRate
                && remote.channels() == channels
                && profileMatches(remote);
    }

    private boolean profileMatches(SdpCodec remote) {
        SdpCodec own = toSdp();
        return switch (mimeType) {
            case CodecTable.H264 ->
                    same(own, remote, "packetization-mode", "0")
                            && h264Profile(own).equals(h264Profile(remote));
            case CodecTable.VP9 -> same(own, remote, "profile-id", "0");
            case CodecTable.AV1 -> same(own, remote, "profile", "0");
            default -> true;
        };
    }

    private static boolean same(SdpCodec own, SdpCodec remote, String key, String otherwise) {
        return own.parameter(key, otherwise).equals(remote.parameter(key, otherwise));
    }

    private static String h264Profile(SdpCodec codec) {
        String level = codec.parameter("profile-level-id", "");
        return level.length() < PROFILE_AND_CONSTRAINTS_DIGITS
                ? level
                : level.substring(0, PROFILE_AND_CONSTRAINTS_DIGITS).toLowerCase(Locale.ROOT);
    }
}

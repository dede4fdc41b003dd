package io.parley.sfu;

import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.ortc.SourceId;
import java.util.List;
import java.util.Set;

/// Sections as browsers negotiate them.
public final class Sections {
    public static final int MID = 1;
    public static final int RID = 2;
    public static final int RRID = 3;
    public static final int TWCC = 4;
    public static final int LEVEL = 5;
    public static final int DESCRIPTOR = 6;
    public static final int SEND_TIME = 7;
    public static final int CAPTURE = 8;
    public static final HeaderExtensionIds VIDEO_IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.MID, MID)
                    .with(Extension.RID, RID)
                    .with(Extension.REPAIRED_RID, RRID)
                    .with(Extension.TRANSPORT_CC, TWCC)
                    .with(Extension.DEPENDENCY_DESCRIPTOR, DESCRIPTOR);
    public static final HeaderExtensionIds AUDIO_IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.MID, MID)
                    .with(Extension.AUDIO_LEVEL, LEVEL)
                    .with(Extension.ABS_CAPTURE_TIME, CAPTURE);
    public static final HeaderExtensionIds SEND_IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.ABS_SEND_TIME, SEND_TIME)
                    .with(Extension.ABS_CAPTURE_TIME, CAPTURE);
    public static final Set<RtcpFeedback> REPAIR = Set.of(RtcpFeedback.NACK, RtcpFeedback.NACK_PLI);
    public static final CodecParameters VP8 = video("video/VP8", 96, 97);
    public static final CodecParameters VP9 = video("video/VP9", 98, 99);
    public static final CodecParameters H264 = video("video/H264", 102, 103);
    public static final CodecParameters AV1 = video("video/AV1", 45, 46);
    public static final CodecParameters OPUS =
            new CodecParameters("audio/opus", 111, CodecParameters.NO_RTX, 48_000, 2, "", Set.of());
    public static final CodecParameters RED =
            new CodecParameters(
                    "audio/red", 63, CodecParameters.NO_RTX, 48_000, 2, "111/111", Set.of());

    private Sections() {}

    public static CodecParameters video(String mime, int type, int rtxType) {
        return new CodecParameters(mime, type, rtxType, 90_000, 0, "", REPAIR);
    }

    public static RtpReceiveParameters simulcast(CodecParameters codec) {
        return receive(
                MediaKind.VIDEO,
                List.of(codec),
                List.of(
                        new EncodingParameters("q", 0, 0, 0),
                        new EncodingParameters("h", 1, 0, 0),
                        new EncodingParameters("f", 2, 0, 0)),
                false);
    }

    public static RtpReceiveParameters single(CodecParameters codec, int ssrc, boolean svc) {
        return receive(
                MediaKind.VIDEO,
                List.of(codec),
                List.of(new EncodingParameters("", 0, ssrc, ssrc + 1)),
                svc);
    }

    public static RtpReceiveParameters microphone(int ssrc, CodecParameters... codecs) {
        return receive(
                MediaKind.AUDIO,
                List.of(codecs),
                List.of(new EncodingParameters("", 0, ssrc, 0)),
                false);
    }

    public static RtpSendParameters send(MediaKind kind, int ssrc, CodecParameters... codecs) {
        return send(kind, ssrc, SEND_IDS, codecs);
    }

    public static RtpSendParameters send(
            MediaKind kind, int ssrc, HeaderExtensionIds ids, CodecParameters... codecs) {
        return new RtpSendParameters(
                new SendId(ssrc),
                new SourceId(7),
                kind,
                ssrc,
                kind == MediaKind.VIDEO ? ssrc + 1 : 0,
                new RtpSendParameters.SendSection("5", List.of(codecs), ids, "cname"));
    }

    public static RtpSendParameters with(SendTraits traits, RtpSendParameters plain) {
        RtpSendParameters.SendSection section = plain.section();
        return new RtpSendParameters(
                plain.id(),
                plain.source(),
                plain.kind(),
                plain.ssrc(),
                plain.rtxSsrc(),
                new RtpSendParameters.SendSection(
                        section.mid(),
                        section.codecs(),
                        section.extensions(),
                        section.cname(),
                        traits));
    }

    public static RtpReceiveParameters encrypted(RtpReceiveParameters plain) {
        return new RtpReceiveParameters(
                plain.mid(),
                plain.kind(),
                plain.source(),
                plain.codecs(),
                plain.extensions(),
                plain.encodings(),
                new RtpReceiveParameters.TrackTraits(false, false, true, true));
    }

    private static RtpReceiveParameters receive(
            MediaKind kind,
            List<CodecParameters> codecs,
            List<EncodingParameters> encodings,
            boolean svc) {
        return new RtpReceiveParameters(
                "0",
                kind,
                new SourceId(7),
                codecs,
                kind == MediaKind.VIDEO ? VIDEO_IDS : AUDIO_IDS,
                encodings,
                new RtpReceiveParameters.TrackTraits(svc, false, true, false));
    }
}

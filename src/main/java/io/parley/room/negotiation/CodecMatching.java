package io.parley.room.negotiation;

import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.sdp.SdpCodec;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Finds the codecs that a client's section and our table share. Payload types, format parameters
/// and order are the client's (RFC 3264 §6.1), feedback is what both know.
final class CodecMatching {
    private CodecMatching() {}

    static List<CodecParameters> match(
            List<SdpCodec> remote, List<KnownCodec> local, Set<RtcpFeedback> feedback) {
        Map<Integer, Integer> repairs = repairs(remote);
        Set<Integer> opus = payloadTypesOf(remote, CodecTable.OPUS);
        Set<Integer> seen = new HashSet<>();
        List<CodecParameters> matched = new ArrayList<>();
        for (SdpCodec codec : remote) {
            for (KnownCodec known : local) {
                if (known.matches(codec) && primaryIsOpus(known, codec, opus)) {
                    if (seen.add(codec.payloadType())) {
                        matched.add(parameters(codec, known, repairs, feedback));
                    }
                    break;
                }
            }
        }
        return matched;
    }

    private static CodecParameters parameters(
            SdpCodec codec,
            KnownCodec known,
            Map<Integer, Integer> repairs,
            Set<RtcpFeedback> feedback) {
        Set<RtcpFeedback> shared = EnumSet.noneOf(RtcpFeedback.class);
        shared.addAll(FeedbackNames.parse(codec.feedback()));
        shared.retainAll(feedback);
        int rtx =
                known.isVideo()
                        ? repairs.getOrDefault(codec.payloadType(), CodecParameters.NO_RTX)
                        : CodecParameters.NO_RTX;
        return new CodecParameters(
                known.mimeType(),
                codec.payloadType(),
                rtx,
                codec.clockRate(),
                codec.channels(),
                codec.fmtp(),
                shared);
    }

    /// Repaired payload type to the one of its RTX.
    private static Map<Integer, Integer> repairs(List<SdpCodec> remote) {
        Map<Integer, Integer> repairs = new HashMap<>();
        for (SdpCodec codec : remote) {
            if (codec.isNamed("rtx") && codec.repairedPayloadType() >= 0) {
                repairs.putIfAbsent(codec.repairedPayloadType(), codec.payloadType());
            }
        }
        return repairs;
    }

    /// RED is only taken around Opus (RFC 2198 §5).
    private static boolean primaryIsOpus(KnownCodec known, SdpCodec codec, Set<Integer> opus) {
        if (!known.isMime(CodecTable.RED) || codec.fmtp().isEmpty()) {
            return true;
        }
        String fmtp = codec.fmtp();
        int slash = fmtp.indexOf('/');
        String primary = slash < 0 ? fmtp : fmtp.substring(0, slash);
        return opus.stream().anyMatch(each -> primary.equals(Integer.toString(each)));
    }

    private static Set<Integer> payloadTypesOf(List<SdpCodec> codecs, String mimeType) {
        String name = mimeType.substring(mimeType.indexOf('/') + 1);
        Set<Integer> payloadTypes = new HashSet<>();
        for (SdpCodec codec : codecs) {
            if (codec.isNamed(name)) {
                payloadTypes.add(codec.payloadType());
            }
        }
        return payloadTypes;
    }

    /// Our table as an offer lists it.
    static List<CodecParameters> offer(
            MediaKind kind, List<KnownCodec> local, Set<RtcpFeedback> feedback) {
        List<CodecParameters> codecs = new ArrayList<>();
        for (KnownCodec known : local) {
            if (known.kind() == kind) {
                codecs.add(
                        new CodecParameters(
                                known.mimeType(),
                                known.payloadType(),
                                known.isVideo() ? known.payloadType() + 1 : CodecParameters.NO_RTX,
                                known.clockRate(),
                                known.channels(),
                                known.fmtp(),
                                known.isMime(CodecTable.RED) ? Set.of() : feedback));
            }
        }
        return codecs;
    }

    static boolean isMime(CodecParameters codec, String mimeType) {
        return codec.mimeType().equalsIgnoreCase(mimeType);
    }

    static CodecParameters with(CodecParameters codec, String fmtp, Set<RtcpFeedback> feedback) {
        return new CodecParameters(
                codec.mimeType(),
                codec.payloadType(),
                codec.rtxPayloadType(),
                codec.clockRate(),
                codec.channels(),
                fmtp,
                feedback);
    }

    static CodecParameters withoutRtx(CodecParameters codec) {
        return new CodecParameters(
                codec.mimeType(),
                codec.payloadType(),
                CodecParameters.NO_RTX,
                codec.clockRate(),
                codec.channels(),
                codec.fmtp(),
                codec.feedback());
    }

    /// Appends `key=value` unless the key stands there.
    static String append(String fmtp, String key, String value) {
        SdpCodec probe = new SdpCodec(0, "", 0, 0, fmtp, List.of());
        if (!probe.parameter(key, "").isEmpty()) {
            return fmtp;
        }
        return (fmtp.isEmpty() ? "" : fmtp + ";") + key + "=" + value;
    }

    static CodecParameters withFeedback(
            CodecParameters codec, RtcpFeedback feedback, boolean present) {
        Set<RtcpFeedback> set = EnumSet.noneOf(RtcpFeedback.class);
        set.addAll(codec.feedback());
        boolean changed = present ? set.add(feedback) : set.remove(feedback);
        return changed ? with(codec, codec.fmtp(), set) : codec;
    }
}

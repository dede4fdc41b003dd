package io.parley.room.negotiation;

import io.parley.room.negotiation.PublishedTracks.PublishedTrack;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.sdp.MediaSection;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What we take of a section that the client sends: codecs in the order we want them, extensions,
/// layers.
final class ReceiveNegotiation {
    private static final String STEREO_BITRATE_BPS = "510000";

    private final NegotiationSettings settings;
    private final List<KnownCodec> local;

    ReceiveNegotiation(NegotiationSettings settings) {
        this.settings = settings;
        this.local = CodecTable.enabled(settings.publishCodecs(), settings.quirks());
    }

    SectionCodecs negotiate(MediaSection section, MediaKind kind, @Nullable PublishedTrack track) {
        List<CodecParameters> codecs =
                CodecMatching.match(
                        section.codecs(), ofKind(kind), FeedbackNames.received(kind, settings));
        List<CodecParameters> ordered =
                kind == MediaKind.AUDIO ? audio(codecs, track) : video(codecs, track);
        return new SectionCodecs(
                ordered,
                ExtensionTable.answer(
                        section.extensions(), ExtensionTable.received(kind, settings)));
    }

    private List<KnownCodec> ofKind(MediaKind kind) {
        return local.stream().filter(codec -> codec.kind() == kind).toList();
    }

    private List<CodecParameters> video(
            List<CodecParameters> codecs, @Nullable PublishedTrack track) {
        if (track == null || track.preferredMimeType().isEmpty()) {
            return codecs;
        }
        String preferred = track.preferredMimeType();
        List<CodecParameters> ordered = first(preferred, codecs);
        boolean offered = !ordered.isEmpty() && CodecMatching.isMime(ordered.get(0), preferred);
        if (!offered || !settings.quirks().ignoresCodecOrder()) {
            return ordered;
        }
        // Such a client sends any codec that we list, so that only the wanted one is listed.
        return ordered.stream()
                .filter(codec -> CodecMatching.isMime(codec, preferred))
                .map(CodecMatching::withoutRtx)
                .toList();
    }

    /// NACK for Opus stands in our answer even if the client did not offer it: browsers then
    /// retransmit.
    private static List<CodecParameters> audio(
            List<CodecParameters> codecs, @Nullable PublishedTrack track) {
        List<CodecParameters> adjusted = new ArrayList<>();
        for (CodecParameters codec : ordered(codecs, track)) {
            boolean opus = CodecMatching.isMime(codec, CodecTable.OPUS);
            boolean nack = opus || track != null || codec.has(RtcpFeedback.NACK);
            CodecParameters with = CodecMatching.withFeedback(codec, RtcpFeedback.NACK, nack);
            adjusted.add(opus && track != null ? opus(with, track) : with);
        }
        return adjusted;
    }

    private static List<CodecParameters> ordered(
            List<CodecParameters> codecs, @Nullable PublishedTrack track) {
        if (track == null) {
            return codecs;
        }
        String preferred = track.preferredMimeType();
        boolean red =
                preferred.isEmpty()
                        ? !track.disableRed()
                        : preferred.equalsIgnoreCase(CodecTable.RED);
        if (red) {
            return first(CodecTable.RED, codecs);
        }
        return first(preferred.isEmpty() ? CodecTable.OPUS : preferred, codecs);
    }

    private static CodecParameters opus(CodecParameters codec, PublishedTrack track) {
        String fmtp = codec.fmtp();
        if (track.dtx()) {
            fmtp = CodecMatching.append(fmtp, "usedtx", "1");
        }
        if (track.stereo()) {
            fmtp = CodecMatching.append(fmtp, "stereo", "1");
            fmtp = CodecMatching.append(fmtp, "maxaveragebitrate", STEREO_BITRATE_BPS);
        }
        return CodecMatching.with(codec, fmtp, codec.feedback());
    }

    private static List<CodecParameters> first(String mimeType, List<CodecParameters> codecs) {
        List<CodecParameters> ordered = new ArrayList<>();
        for (CodecParameters codec : codecs) {
            if (CodecMatching.isMime(codec, mimeType)) {
                ordered.add(codec);
            }
        }
        for (CodecParameters codec : codecs) {
            if (!CodecMatching.isMime(codec, mimeType)) {
                ordered.add(codec);
            }
        }
        return ordered;
    }
}

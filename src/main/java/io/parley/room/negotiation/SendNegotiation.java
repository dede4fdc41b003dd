package io.parley.room.negotiation;

import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.RtpSendParameters.SendSection;
import io.parley.webrtc.sdp.ExtMap;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SdpCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a section lists that carries a subscribed track, and what the media side is told of it.
final class SendNegotiation {
    private final NegotiationSettings settings;
    private final List<KnownCodec> local;

    /// H264 High is never sent: many receivers announce it and cannot decode it.
    SendNegotiation(NegotiationSettings settings) {
        this.settings = settings;
        this.local =
                CodecTable.enabled(settings.subscribeCodecs(), settings.quirks()).stream()
                        .filter(codec -> !codec.isH264High())
                        .toList();
    }

    /// All enabled codecs of that kind, not only the track's: it may change its codec later.
    SectionCodecs offer(MediaKind kind, @Nullable SendRequest request) {
        List<CodecParameters> codecs =
                CodecMatching.offer(kind, local, FeedbackNames.sent(kind, settings));
        return new SectionCodecs(adjust(codecs, request), ExtensionTable.offered(kind, settings));
    }

    /// What we and the client's section share; payload types and ids are the client's.
    SectionCodecs match(MediaSection section, MediaKind kind, @Nullable SendRequest request) {
        List<KnownCodec> ofKind = local.stream().filter(each -> each.kind() == kind).toList();
        List<CodecParameters> codecs =
                CodecMatching.match(section.codecs(), ofKind, FeedbackNames.sent(kind, settings));
        List<ExtMap> extensions =
                ExtensionTable.answer(section.extensions(), ExtensionTable.sent(kind, settings));
        return new SectionCodecs(adjust(codecs, request), ExtensionTable.writable(extensions));
    }

    /// What the answer says of a section that we only send on. It lists the extensions of published
    /// sections too, though forwarders write few: libwebrtc offers on later sections only what an
    /// earlier answer of that kind has taken, and simulcast fails without RID (media.md §2.3).
    SectionCodecs announced(SectionCodecs sent, MediaSection section, MediaKind kind) {
        return new SectionCodecs(
                sent.codecs(),
                ExtensionTable.answer(
                        section.extensions(), ExtensionTable.answered(kind, settings)));
    }

    /// A section in both directions lists what we receive; only some of its extensions are written.
    SectionCodecs sharedWith(SectionCodecs received, MediaKind kind) {
        List<ExtMap> extensions =
                ExtensionTable.answer(received.extensions(), ExtensionTable.sent(kind, settings));
        return new SectionCodecs(received.codecs(), ExtensionTable.writable(extensions));
    }

    /// RED repeats what NACK would ask for, so that Opus goes without NACK beside it.
    private static List<CodecParameters> adjust(
            List<CodecParameters> codecs, @Nullable SendRequest request) {
        if (request == null || request.kind() != MediaKind.AUDIO) {
            return codecs;
        }
        boolean red =
                request.redWanted()
                        && codecs.stream()
                                .anyMatch(each -> CodecMatching.isMime(each, CodecTable.RED));
        List<CodecParameters> adjusted = new ArrayList<>();
        for (CodecParameters codec : codecs) {
            CodecParameters next = codec;
            if (CodecMatching.isMime(codec, CodecTable.OPUS)) {
                next = red ? CodecMatching.withFeedback(next, RtcpFeedback.NACK, false) : next;
                next = request.stereo() ? stereo(next) : next;
            }
            adjusted.add(next);
        }
        return adjusted;
    }

    private static CodecParameters stereo(CodecParameters opus) {
        String fmtp = CodecMatching.append(opus.fmtp(), "sprop-stereo", "1");
        return CodecMatching.with(opus, fmtp, opus.feedback());
    }

    /// Null if the client takes no codec of the track. The codec that the track is bound to comes
    /// first.
    @Nullable RtpSendParameters parameters(
            SendRequest request, String mid, SectionCodecs negotiated) {
        List<CodecParameters> ordered = boundFirst(request, negotiated.codecs());
        if (ordered.isEmpty()) {
            return null;
        }
        boolean rtx = ordered.get(0).rtxPayloadType() != CodecParameters.NO_RTX;
        return new RtpSendParameters(
                request.id(),
                request.source(),
                request.kind(),
                request.ssrc(),
                rtx ? request.rtxSsrc() : 0,
                new SendSection(
                        mid,
                        ordered,
                        negotiated.extensionIds(),
                        request.streamId(),
                        request.traits()));
    }

    private List<CodecParameters> boundFirst(SendRequest request, List<CodecParameters> codecs) {
        if (request.mimeType().isEmpty()) {
            return codecs;
        }
        int bound = bound(request, codecs);
        if (bound < 0) {
            return List.of();
        }
        List<CodecParameters> ordered = new ArrayList<>(codecs);
        ordered.add(0, ordered.remove(bound));
        return ordered;
    }

    /// First the same profile, then the same codec; RED falls back to the Opus in it.
    private int bound(SendRequest request, List<CodecParameters> codecs) {
        int sameMime = -1;
        for (int i = 0; i < codecs.size(); i++) {
            if (!CodecMatching.isMime(codecs.get(i), request.mimeType())) {
                continue;
            }
            if (sameProfile(request, codecs.get(i))) {
                return i;
            }
            sameMime = sameMime < 0 ? i : sameMime;
        }
        boolean red = request.mimeType().equalsIgnoreCase(CodecTable.RED);
        for (int i = 0; red && sameMime < 0 && i < codecs.size(); i++) {
            sameMime = CodecMatching.isMime(codecs.get(i), CodecTable.OPUS) ? i : sameMime;
        }
        return sameMime;
    }

    private boolean sameProfile(SendRequest request, CodecParameters codec) {
        if (request.fmtp().isEmpty()) {
            return true;
        }
        SdpCodec wanted = sdp(codec, request.fmtp());
        SdpCodec given = sdp(codec, codec.fmtp());
        return local.stream().anyMatch(each -> each.matches(wanted) && each.matches(given));
    }

    private static SdpCodec sdp(CodecParameters codec, String fmtp) {
        String name = codec.mimeType().substring(codec.mimeType().indexOf('/') + 1);
        return new SdpCodec(
                codec.payloadType(), name, codec.clockRate(), codec.channels(), fmtp, List.of());
    }
}

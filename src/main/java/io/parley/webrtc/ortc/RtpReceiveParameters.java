package io.parley.webrtc.ortc;

import java.util.List;
import java.util.function.UnaryOperator;

/// One section that a client sends. `svc` says that one SSRC carries several spatial layers;
/// `codecs` has the preferred one first. `screenShare` and `microphone` come from the track's
/// source and choose trackers.
public record RtpReceiveParameters(
        String mid,
        MediaKind kind,
        SourceId source,
        List<CodecParameters> codecs,
        HeaderExtensionIds extensions,
        List<EncodingParameters> encodings,
        TrackTraits traits) {
    public RtpReceiveParameters {
        codecs = List.copyOf(codecs);
        encodings = List.copyOf(encodings);
    }

    public RtpReceiveParameters withSsrcs(UnaryOperator<EncodingParameters> named) {
        return new RtpReceiveParameters(
                mid,
                kind,
                source,
                codecs,
                extensions,
                encodings.stream().map(named).toList(),
                traits);
    }

    /// What the media side must know of a track beyond its section.
    public record TrackTraits(
            boolean svc, boolean screenShare, boolean microphone, boolean encrypted) {}
}

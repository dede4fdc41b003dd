package io.parley.webrtc.ortc;

import java.util.List;

/// One track forwarded to one subscriber over a section whose codecs both sides take. `rtxSsrc` is
/// 0 without RTX.
public record RtpSendParameters(
        SendId id, SourceId source, MediaKind kind, int ssrc, int rtxSsrc, SendSection section) {

    /// The subscriber's side of the section: negotiated codecs, extension ids and the CNAME of its
    /// SDES chunk.
    public record SendSection(
            String mid,
            List<CodecParameters> codecs,
            HeaderExtensionIds extensions,
            String cname,
            SendTraits traits) {
        public SendSection {
            codecs = List.copyOf(codecs);
        }

        public SendSection(
                String mid,
                List<CodecParameters> codecs,
                HeaderExtensionIds extensions,
                String cname) {
            this(mid, codecs, extensions, cname, SendTraits.NONE);
        }
    }
}

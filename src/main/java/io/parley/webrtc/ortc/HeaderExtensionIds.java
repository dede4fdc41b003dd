package io.parley.webrtc.ortc;

/// Negotiated RTP header extension ids of a section, 0 where an extension was not negotiated (RFC
/// 8285).
public record HeaderExtensionIds(
        int mid,
        int rid,
        int repairedRid,
        int audioLevel,
        int transportCc,
        int absSendTime,
        int dependencyDescriptor,
        int absCaptureTime,
        int playoutDelay) {
    public static final HeaderExtensionIds NONE = new HeaderExtensionIds(0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// Starts from none: `HeaderExtensionIds.NONE.with(Extension.MID, 1)`.
    public HeaderExtensionIds with(Extension extension, int id) {
        return new HeaderExtensionIds(
                extension == Extension.MID ? id : mid,
                extension == Extension.RID ? id : rid,
                extension == Extension.REPAIRED_RID ? id : repairedRid,
                extension == Extension.AUDIO_LEVEL ? id : audioLevel,
                extension == Extension.TRANSPORT_CC ? id : transportCc,
                extension == Extension.ABS_SEND_TIME ? id : absSendTime,
                extension == Extension.DEPENDENCY_DESCRIPTOR ? id : dependencyDescriptor,
                extension == Extension.ABS_CAPTURE_TIME ? id : absCaptureTime,
                extension == Extension.PLAYOUT_DELAY ? id : playoutDelay);
    }

    /// The extensions Parley reads or writes, by URI.
    public enum Extension {
        MID("urn:ietf:params:rtp-hdrext:sdes:mid"),
        RID("urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"),
        REPAIRED_RID("urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"),
        AUDIO_LEVEL("urn:ietf:params:rtp-hdrext:ssrc-audio-level"),
        TRANSPORT_CC("http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"),
        ABS_SEND_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"),
        DEPENDENCY_DESCRIPTOR(
                "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension"),
        ABS_CAPTURE_TIME("http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time"),
        PLAYOUT_DELAY("http://www.webrtc.org/experiments/rtp-hdrext/playout-delay");

        private final String uri;

        Extension(String uri) {
            this.uri = uri;
        }

        public String uri() {
            return uri;
        }
    }
}

package io.parley.room.negotiation;

import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.sdp.Direction;
import io.parley.webrtc.sdp.ExtMap;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SdpAttribute;
import io.parley.webrtc.sdp.SessionDescription;
import io.parley.webrtc.sdp.SsrcAttribute;
import io.parley.webrtc.sdp.SsrcGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Puts one description of ours together, section by section. Owned by the call that writes it.
final class DescriptionWriter {
    static final String MEDIA_PROTOCOL = "UDP/TLS/RTP/SAVPF";
    static final String DATA_PROTOCOL = "UDP/DTLS/SCTP";

    private static final String DATA_FORMAT = "webrtc-datachannel";
    private static final int SCTP_PORT = 5000;
    private static final int DISCARD_PORT = 9;

    /// Firefox refuses a section without it.
    private static final List<String> CONNECTION = List.of("c=IN IP4 0.0.0.0");

    private final LocalTransport local;
    private final DtlsRole role;

    private final List<MediaSection> sections = new ArrayList<>();
    private final List<String> bundle = new ArrayList<>();

    DescriptionWriter(LocalTransport local, DtlsRole role) {
        this.local = local;
        this.role = role;
    }

    /// What an audio or video section says.
    record Media(
            String mid,
            MediaKind kind,
            String protocol,
            SectionCodecs codecs,
            List<String> rids,
            @Nullable SendRequest send,
            Direction direction) {}

    void media(Media media) {
        List<SdpAttribute> attributes = new ArrayList<>();
        List<String> formats = new ArrayList<>();
        transport(attributes, media.mid());
        attributes.add(SdpAttribute.property("rtcp-mux"));
        attributes.add(SdpAttribute.property("rtcp-rsize"));
        for (CodecParameters codec : media.codecs().codecs()) {
            codec(attributes, formats, codec);
        }
        for (ExtMap extension : media.codecs().extensions()) {
            attributes.add(extension.toAttribute());
        }
        layers(attributes, media.rids());
        if (media.send() != null) {
            sender(attributes, media.send(), hasRtx(media.codecs()));
        }
        attributes.add(SdpAttribute.property(media.direction().token()));
        String name = media.kind().name().toLowerCase(Locale.ROOT);
        add(media.mid(), name, media.protocol(), formats, attributes);
    }

    void data(String mid, String protocol) {
        List<SdpAttribute> attributes = new ArrayList<>();
        attributes.add(SdpAttribute.of("setup", setup()));
        attributes.add(SdpAttribute.of("mid", mid));
        attributes.add(SdpAttribute.property(Direction.SENDRECV.token()));
        attributes.add(SdpAttribute.of("sctp-port", Integer.toString(SCTP_PORT)));
        attributes.add(
                SdpAttribute.of(
                        "max-message-size",
                        Integer.toString(NegotiationSettings.MAX_MESSAGE_SIZE_BYTES)));
        credentials(attributes);
        add(mid, "application", protocol, List.of(DATA_FORMAT), attributes);
    }

    /// Port 0, outside the bundle (RFC 8829 §5.3.1).
    void rejected(MediaSection offered) {
        List<SdpAttribute> attributes = new ArrayList<>();
        if (!offered.mid().isEmpty()) {
            attributes.add(SdpAttribute.of("mid", offered.mid()));
        }
        attributes.add(SdpAttribute.property(Direction.INACTIVE.token()));
        boolean media = offered.media().equals("audio") || offered.media().equals("video");
        List<String> formats = media ? List.of("0") : offered.formats();
        sections.add(
                new MediaSection(
                        offered.media(), 0, offered.protocol(), formats, CONNECTION, attributes));
    }

    String finish(long sessionId, long version, boolean allowMixed) {
        List<String> lines =
                List.of(
                        "v=0",
                        "o=- " + sessionId + " " + version + " IN IP4 0.0.0.0",
                        "s=-",
                        "t=0 0");
        List<SdpAttribute> attributes = new ArrayList<>();
        attributes.add(SdpAttribute.of("msid-semantic", "WMS*"));
        attributes.add(
                SdpAttribute.of(
                        "fingerprint",
                        local.fingerprint().algorithm() + " " + local.fingerprint().value()));
        if (local.ice().lite()) {
            attributes.add(SdpAttribute.property("ice-lite"));
        }
        if (allowMixed) {
            attributes.add(SdpAttribute.property("extmap-allow-mixed"));
        }
        attributes.add(SdpAttribute.of("group", ("BUNDLE " + String.join(" ", bundle)).strip()));
        return new SessionDescription(lines, attributes, sections).toText();
    }

    private void add(
            String mid,
            String media,
            String protocol,
            List<String> formats,
            List<SdpAttribute> attributes) {
        if (bundle.isEmpty()) {
            candidates(attributes);
        }
        bundle.add(mid);
        sections.add(
                new MediaSection(media, DISCARD_PORT, protocol, formats, CONNECTION, attributes));
    }

    private void transport(List<SdpAttribute> attributes, String mid) {
        attributes.add(SdpAttribute.of("setup", setup()));
        attributes.add(SdpAttribute.of("mid", mid));
        credentials(attributes);
    }

    private void credentials(List<SdpAttribute> attributes) {
        attributes.add(SdpAttribute.of("ice-ufrag", local.ice().usernameFragment()));
        attributes.add(SdpAttribute.of("ice-pwd", local.ice().password()));
    }

    private String setup() {
        return role == DtlsRole.CLIENT ? "active" : "passive";
    }

    private void candidates(List<SdpAttribute> attributes) {
        String prefix = "candidate:";
        for (String candidate : local.candidates()) {
            String value =
                    candidate.startsWith(prefix) ? candidate.substring(prefix.length()) : candidate;
            attributes.add(SdpAttribute.of("candidate", value));
        }
        if (!local.candidates().isEmpty()) {
            attributes.add(SdpAttribute.property("end-of-candidates"));
        }
    }

    private static void codec(
            List<SdpAttribute> attributes, List<String> formats, CodecParameters codec) {
        String payloadType = Integer.toString(codec.payloadType());
        String name = codec.mimeType().substring(codec.mimeType().indexOf('/') + 1);
        String channels = codec.channels() > 1 ? "/" + codec.channels() : "";
        formats.add(payloadType);
        attributes.add(
                SdpAttribute.of(
                        "rtpmap", payloadType + " " + name + "/" + codec.clockRate() + channels));
        if (!codec.fmtp().isEmpty()) {
            attributes.add(SdpAttribute.of("fmtp", payloadType + " " + codec.fmtp()));
        }
        for (RtcpFeedback feedback : RtcpFeedback.values()) {
            if (codec.has(feedback)) {
                attributes.add(
                        SdpAttribute.of(
                                "rtcp-fb", payloadType + " " + FeedbackNames.name(feedback)));
            }
        }
        if (codec.rtxPayloadType() != CodecParameters.NO_RTX) {
            String rtx = Integer.toString(codec.rtxPayloadType());
            formats.add(rtx);
            attributes.add(SdpAttribute.of("rtpmap", rtx + " rtx/" + codec.clockRate()));
            attributes.add(SdpAttribute.of("fmtp", rtx + " apt=" + payloadType));
        }
    }

    private static boolean hasRtx(SectionCodecs codecs) {
        return codecs.codecs().stream()
                .anyMatch(each -> each.rtxPayloadType() != CodecParameters.NO_RTX);
    }

    private static void layers(List<SdpAttribute> attributes, List<String> rids) {
        for (String rid : rids) {
            attributes.add(SdpAttribute.of("rid", rid + " recv"));
        }
        if (!rids.isEmpty()) {
            attributes.add(SdpAttribute.of("simulcast", "recv " + String.join(";", rids)));
        }
    }

    /// Clients find a track by these SSRCs, because packets carry no MID.
    private static void sender(
            List<SdpAttribute> attributes, SendRequest send, boolean rtxNegotiated) {
        boolean rtx = rtxNegotiated && send.rtxSsrc() != 0;
        if (rtx) {
            attributes.add(
                    new SsrcGroup("FID", List.of(send.ssrc(), send.rtxSsrc())).toAttribute());
        }
        ssrc(attributes, send.ssrc(), send);
        if (rtx) {
            ssrc(attributes, send.rtxSsrc(), send);
        }
        attributes.add(SdpAttribute.of("msid", send.streamId() + " " + send.trackSid()));
    }

    private static void ssrc(List<SdpAttribute> attributes, int ssrc, SendRequest send) {
        String both = send.streamId() + " " + send.trackSid();
        attributes.add(new SsrcAttribute(ssrc, "cname", send.streamId()).toAttribute());
        attributes.add(new SsrcAttribute(ssrc, "msid", both).toAttribute());
        attributes.add(new SsrcAttribute(ssrc, "mslabel", send.streamId()).toAttribute());
        attributes.add(new SsrcAttribute(ssrc, "label", send.trackSid()).toAttribute());
    }
}

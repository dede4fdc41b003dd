package io.parley.scenario;

import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.sdp.ExtMap;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SdpCodec;
import io.parley.webrtc.sdp.SessionDescription;
import java.util.ArrayList;
import java.util.List;

/// Writes the descriptions of a client that speaks Opus and VP8.
public final class ClientSdp {
    static final int OPUS = 111;
    static final int VP8 = 96;
    static final int VP8_RTX = 97;
    static final HeaderExtensionIds IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.MID, 4)
                    .with(Extension.RID, 10)
                    .with(Extension.REPAIRED_RID, 11)
                    .with(Extension.AUDIO_LEVEL, 1);

    private static final String DATA =
            """
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel
            c=IN IP4 0.0.0.0
            %sa=setup:%s
            a=mid:%s
            a=sctp-port:5000
            a=max-message-size:262144
            """;

    private ClientSdp() {}

    /// One section of an offer; `msid` is empty where nothing is sent.
    public record Section(
            String mid, String media, String direction, String msid, List<String> rids) {
        public static Section data(String mid) {
            return new Section(mid, "application", "sendrecv", "", List.of());
        }
    }

    static String offer(List<Section> sections, ClientTransport transport) {
        StringBuilder text =
                new StringBuilder(session(sections.stream().map(Section::mid).toList()));
        for (Section section : sections) {
            text.append(
                    section.media().equals("application")
                            ? DATA.formatted(credentials(transport), "actpass", section.mid())
                            : media(section, transport));
        }
        return text.toString().replace("\n", "\r\n");
    }

    private static String session(List<String> mids) {
        return """
        v=0
        o=- 4611731400430051336 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE %s
        a=extmap-allow-mixed
        a=msid-semantic: WMS
        """
                .formatted(String.join(" ", mids));
    }

    private static String credentials(ClientTransport transport) {
        IceParameters ice = transport.localIce();
        return """
        a=ice-ufrag:%s
        a=ice-pwd:%s
        a=ice-options:trickle
        a=fingerprint:%s %s
        """
                .formatted(
                        ice.usernameFragment(),
                        ice.password(),
                        transport.fingerprint().algorithm(),
                        transport.fingerprint().value());
    }

    private static String media(Section section, ClientTransport transport) {
        boolean audio = section.media().equals("audio");
        String formats = audio ? String.valueOf(OPUS) : VP8 + " " + VP8_RTX;
        StringBuilder text = new StringBuilder();
        text.append("m=").append(section.media()).append(" 9 UDP/TLS/RTP/SAVPF ").append(formats);
        text.append("\nc=IN IP4 0.0.0.0\na=rtcp:9 IN IP4 0.0.0.0\n");
        text.append(credentials(transport)).append("a=setup:actpass\n");
        text.append("a=mid:").append(section.mid()).append('\n');
        text.append("a=extmap:4 ").append(Extension.MID.uri()).append('\n');
        text.append(
                audio
                        ? "a=extmap:1 " + Extension.AUDIO_LEVEL.uri() + "\n"
                        : "a=extmap:10 %s\na=extmap:11 %s\n"
                                .formatted(Extension.RID.uri(), Extension.REPAIRED_RID.uri()));
        text.append("a=").append(section.direction()).append('\n');
        if (!section.msid().isEmpty()) {
            text.append("a=msid:").append(section.msid()).append('\n');
        }
        text.append("a=rtcp-mux\na=rtcp-rsize\n");
        text.append(audio ? audioCodecs() : videoCodecs());
        if (!section.rids().isEmpty()) {
            section.rids().forEach(rid -> text.append("a=rid:").append(rid).append(" send\n"));
            text.append("a=simulcast:send ").append(String.join(";", section.rids())).append('\n');
        }
        return text.toString();
    }

    private static String audioCodecs() {
        return """
        a=rtpmap:111 opus/48000/2
        a=rtcp-fb:111 transport-cc
        a=fmtp:111 minptime=10;useinbandfec=1
        """;
    }

    private static String videoCodecs() {
        return """
        a=rtpmap:96 VP8/90000
        a=rtcp-fb:96 goog-remb
        a=rtcp-fb:96 ccm fir
        a=rtcp-fb:96 nack
        a=rtcp-fb:96 nack pli
        a=rtpmap:97 rtx/90000
        a=fmtp:97 apt=96
        """;
    }

    /// Takes every section, with Opus or VP8 of what is offered.
    public static String answer(SessionDescription offer, ClientTransport transport) {
        StringBuilder text =
                new StringBuilder(
                        session(offer.sections().stream().map(MediaSection::mid).toList()));
        for (MediaSection section : offer.sections()) {
            text.append(
                    section.media().equals("application")
                            ? DATA.formatted(credentials(transport), "passive", section.mid())
                            : answer(section, transport));
        }
        return text.toString().replace("\n", "\r\n");
    }

    private static String answer(MediaSection section, ClientTransport transport) {
        List<SdpCodec> codecs = known(section);
        StringBuilder text = new StringBuilder();
        text.append("m=").append(section.media()).append(' ');
        text.append(section.isRejected() ? 0 : 9).append(" UDP/TLS/RTP/SAVPF");
        codecs.forEach(codec -> text.append(' ').append(codec.payloadType()));
        text.append("\nc=IN IP4 0.0.0.0\n").append(credentials(transport));
        text.append("a=setup:passive\na=mid:").append(section.mid()).append('\n');
        for (ExtMap extension : section.extensions()) {
            if (extension.uri().equals(Extension.MID.uri())) {
                text.append("a=extmap:").append(extension.id()).append(' ');
                text.append(extension.uri()).append('\n');
            }
        }
        text.append(section.direction().sends() ? "a=recvonly\n" : "a=inactive\n");
        text.append("a=rtcp-mux\na=rtcp-rsize\n");
        for (SdpCodec codec : codecs) {
            String channels = codec.channels() > 1 ? "/" + codec.channels() : "";
            text.append("a=rtpmap:").append(codec.payloadType()).append(' ').append(codec.name());
            text.append('/').append(codec.clockRate()).append(channels).append('\n');
            codec.feedback()
                    .forEach(feedback ->
                            text.append(
                                    "a=rtcp-fb:%d %s\n".formatted(codec.payloadType(), feedback)));
            if (!codec.fmtp().isEmpty()) {
                text.append("a=fmtp:%d %s\n".formatted(codec.payloadType(), codec.fmtp()));
            }
        }
        return text.toString();
    }

    /// Opus, VP8 and VP8's retransmissions.
    static List<SdpCodec> known(MediaSection section) {
        List<SdpCodec> all = section.codecs();
        List<SdpCodec> known = new ArrayList<>();
        for (SdpCodec codec : all) {
            boolean repairs =
                    codec.isNamed("rtx")
                            && all.stream()
                                    .anyMatch(each ->
                                            each.isNamed("VP8")
                                                    && each.payloadType()
                                                            == codec.repairedPayloadType());
            if (codec.isNamed("opus") || codec.isNamed("VP8") || repairs) {
                known.add(codec);
            }
        }
        return known;
    }
}

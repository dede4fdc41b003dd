package io.parley.webrtc.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// One `m=` line with all that follows it. `lines` are those between it and its attributes, such as
/// `c=IN IP4 0.0.0.0`; attributes that nobody asks for are kept as they are.
public record MediaSection(
        String media,
        int port,
        String protocol,
        List<String> formats,
        List<String> lines,
        List<SdpAttribute> attributes) {
    private static final int PCMU = 0;
    private static final int PCMA = 8;
    private static final int TELEPHONE_CLOCK_RATE = 8000;

    public MediaSection {
        formats = List.copyOf(formats);
        lines = List.copyOf(lines);
        attributes = List.copyOf(attributes);
    }

    /// Whether the section is refused or was stopped (RFC 8829 §5.2.2).
    public boolean isRejected() {
        return port == 0 && !has("bundle-only");
    }

    public boolean has(String name) {
        return Attributes.has(attributes, name);
    }

    /// The first attribute of that name, or empty.
    public String value(String name) {
        return Attributes.value(attributes, name);
    }

    public List<String> values(String name) {
        return Attributes.values(attributes, name);
    }

    public String mid() {
        return value("mid");
    }

    /// RFC 8866 §6.7: sendrecv where nothing is said.
    public Direction direction() {
        for (SdpAttribute attribute : attributes) {
            for (Direction direction : Direction.values()) {
                if (direction.token().equals(attribute.name())) {
                    return direction;
                }
            }
        }
        return Direction.SENDRECV;
    }

    public Msid msid() {
        return Msid.parse(value("msid"));
    }

    public List<Fingerprint> fingerprints() {
        return values("fingerprint").stream().map(Fingerprint::parse).toList();
    }

    public List<ExtMap> extensions() {
        return values("extmap").stream().map(ExtMap::parse).toList();
    }

    public List<Rid> rids() {
        return values("rid").stream().map(Rid::parse).toList();
    }

    public Simulcast simulcast() {
        return has("simulcast") ? Simulcast.parse(value("simulcast")) : Simulcast.NONE;
    }

    public List<SsrcAttribute> ssrcs() {
        return values("ssrc").stream().map(SsrcAttribute::parse).toList();
    }

    public List<SsrcGroup> ssrcGroups() {
        return values("ssrc-group").stream().map(SsrcGroup::parse).toList();
    }

    /// Trickle lines, each beginning with `candidate:`.
    public List<String> candidates() {
        return values("candidate").stream().map("candidate:"::concat).toList();
    }

    /// A numeric attribute, or the other value where it does not stand there.
    public long number(String name, long otherwise) {
        return has(name) ? Tokens.number(value(name), Long.MAX_VALUE) : otherwise;
    }

    /// The payload types in the order of the media line. One without `rtpmap` is left out, unless
    /// it is one of the static types that WebRTC clients use (RFC 3551 §6).
    public List<SdpCodec> codecs() {
        Map<String, String> maps = firstWordIndex("rtpmap");
        Map<String, String> fmtps = firstWordIndex("fmtp");
        Map<String, List<String>> feedback = feedbackIndex();
        List<SdpCodec> codecs = new ArrayList<>();
        for (String format : formats) {
            int payloadType = Tokens.smallNumber(format);
            String map = maps.getOrDefault(format, staticMap(payloadType));
            if (payloadType < 0 || map.isEmpty()) {
                continue;
            }
            List<String> supported = new ArrayList<>(feedback.getOrDefault(format, List.of()));
            supported.addAll(feedback.getOrDefault("*", List.of()));
            codecs.add(codec(payloadType, map, fmtps.getOrDefault(format, ""), supported));
        }
        return codecs;
    }

    static SdpCodec codec(int payloadType, String map, String fmtp, List<String> feedback) {
        List<String> parts = Tokens.split(map, '/');
        if (parts.size() < 2) {
            throw new MalformedSdpException(0, "incomplete rtpmap");
        }
        int clockRate = (int) Tokens.number(parts.get(1), Integer.MAX_VALUE);
        int channels = parts.size() < 3 ? 1 : (int) Tokens.number(parts.get(2), 255);
        return new SdpCodec(payloadType, parts.get(0), clockRate, channels, fmtp, feedback);
    }

    private static String staticMap(int payloadType) {
        return switch (payloadType) {
            case PCMU -> "PCMU/" + TELEPHONE_CLOCK_RATE;
            case PCMA -> "PCMA/" + TELEPHONE_CLOCK_RATE;
            default -> "";
        };
    }

    private Map<String, String> firstWordIndex(String name) {
        Map<String, String> index = new HashMap<>();
        for (String value : values(name)) {
            int space = value.indexOf(' ');
            if (space > 0) {
                index.putIfAbsent(value.substring(0, space), value.substring(space + 1).strip());
            }
        }
        return index;
    }

    private Map<String, List<String>> feedbackIndex() {
        Map<String, List<String>> index = new HashMap<>();
        for (String value : values("rtcp-fb")) {
            int space = value.indexOf(' ');
            if (space > 0) {
                index.computeIfAbsent(value.substring(0, space), _ -> new ArrayList<>())
                        .add(value.substring(space + 1).strip());
            }
        }
        return index;
    }

    void appendTo(StringBuilder text) {
        text.append("m=").append(media).append(' ').append(port).append(' ').append(protocol);
        for (String format : formats) {
            text.append(' ').append(format);
        }
        text.append("\r\n");
        for (String line : lines) {
            text.append(line).append("\r\n");
        }
        for (SdpAttribute attribute : attributes) {
            attribute.appendTo(text);
        }
    }
}

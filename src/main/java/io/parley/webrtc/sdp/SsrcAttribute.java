package io.parley.webrtc.sdp;

/// An attribute of one SSRC, such as its `cname` (RFC 5576 §4.1).
public record SsrcAttribute(int ssrc, String name, String value) {
    static final long MAX_SSRC = 0xFFFF_FFFFL;

    static SsrcAttribute parse(String text) {
        int space = text.indexOf(' ');
        String digits = space < 0 ? text : text.substring(0, space);
        String rest = space < 0 ? "" : text.substring(space + 1);
        int colon = rest.indexOf(':');
        return new SsrcAttribute(
                (int) Tokens.number(digits, MAX_SSRC),
                colon < 0 ? rest : rest.substring(0, colon),
                colon < 0 ? "" : rest.substring(colon + 1));
    }

    public SdpAttribute toAttribute() {
        return SdpAttribute.of("ssrc", Integer.toUnsignedString(ssrc) + " " + name + ":" + value);
    }
}

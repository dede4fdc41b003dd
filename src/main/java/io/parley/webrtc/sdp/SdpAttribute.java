package io.parley.webrtc.sdp;

/// One `a=` line; `value` is empty for a property attribute such as `a=rtcp-mux`.
public record SdpAttribute(String name, String value) {
    public static SdpAttribute property(String name) {
        return new SdpAttribute(name, "");
    }

    public static SdpAttribute of(String name, String value) {
        return new SdpAttribute(name, value);
    }

    void appendTo(StringBuilder text) {
        text.append("a=").append(name);
        if (!value.isEmpty()) {
            text.append(':').append(value);
        }
        text.append("\r\n");
    }
}

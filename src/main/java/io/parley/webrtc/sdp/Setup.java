package io.parley.webrtc.sdp;

/// The DTLS role that the describing side takes (RFC 4145 §4, RFC 8842 §5.2).
public enum Setup {
    ACTPASS("actpass"),
    ACTIVE("active"),
    PASSIVE("passive"),
    HOLDCONN("holdconn");

    private final String token;

    Setup(String token) {
        this.token = token;
    }

    public String token() {
        return token;
    }

    static Setup parse(String value) {
        for (Setup setup : values()) {
            if (setup.token.equals(value)) {
                return setup;
            }
        }
        throw new MalformedSdpException(0, "unknown setup role");
    }
}

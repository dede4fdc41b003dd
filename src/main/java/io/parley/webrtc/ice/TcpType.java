package io.parley.webrtc.ice;

/// Who dials a TCP candidate (RFC 6544 §4.5); `NONE` for UDP.
public enum TcpType {
    NONE(""),
    ACTIVE("active"),
    PASSIVE("passive"),
    SO("so");

    private final String token;

    TcpType(String token) {
        this.token = token;
    }

    String token() {
        return token;
    }
}

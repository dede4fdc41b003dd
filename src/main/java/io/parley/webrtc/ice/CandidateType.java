package io.parley.webrtc.ice;

/// How an address was learnt, with its type preference (RFC 8445 §5.1.2.2).
public enum CandidateType {
    HOST("host", 126),
    SRFLX("srflx", 100),
    PRFLX("prflx", 110),
    RELAY("relay", 0);

    private final String token;
    private final int preference;

    CandidateType(String token, int preference) {
        this.token = token;
        this.preference = preference;
    }

    String token() {
        return token;
    }

    int preference() {
        return preference;
    }
}

package io.parley.webrtc.sctp;

/// One cause in an ABORT or ERROR chunk (RFC 9260 §3.3.10).
record ErrorCause(int code, Octets info) {
    static final int STALE_COOKIE = 3;
    static final int UNRECOGNIZED_CHUNK = 6;
    static final int USER_INITIATED_ABORT = 12;
    static final int PROTOCOL_VIOLATION = 13;
}

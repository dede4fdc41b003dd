package io.parley.webrtc.dtls;

/// Why a handshake came to nothing.
public enum DtlsFailure {
    /// The peer's certificate has none of the hashes that its SDP announced, or it showed none.
    FINGERPRINT_MISMATCH,
    /// The peer was silent, or too much was lost.
    TIMEOUT,
    /// The peer refused, with an alert.
    ALERT_RECEIVED,
    /// The peer takes none of our SRTP profiles, or does not do `use_srtp`.
    NO_SRTP_PROFILE,
    /// What the peer sent is not what RFC 6347 or our requirements allow.
    PROTOCOL,
    /// Too many handshakes are waiting already.
    OVERLOADED
}

package io.parley.webrtc.ortc;

/// Our own role in the DTLS handshake (RFC 5763 §5).
public enum DtlsRole {
    CLIENT,
    SERVER
}

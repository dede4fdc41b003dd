package io.parley.webrtc.dtls;

/// Who sends the ClientHello. Towards LiveKit's clients the server is always the `CLIENT`.
public enum DtlsRole {
    CLIENT,
    SERVER
}

package io.parley.webrtc.dtls;

import io.parley.webrtc.srtp.SrtpKeys;

/// What becomes of an association.
public sealed interface DtlsEvent {
    /// The peer is who its SDP said; with these secrets anybody can go on in our place. From the
    /// handshake's thread.
    record Connected(DtlsSecrets secrets) implements DtlsEvent {
        public SrtpKeys keys() {
            return secrets.srtp();
        }
    }

    /// The handshake failed; the association is closed. From the handshake's thread, or from
    /// `start` and `onDatagram` if it was refused there.
    record Failed(DtlsFailure failure, String reason) implements DtlsEvent {}

    /// The peer closed the established association. On the loop, from within `open` or
    /// `openPending`.
    record Closed() implements DtlsEvent {}
}

package io.parley.webrtc.dtls;

/// Takes one datagram for the peer. Called on the handshake's thread while there is a handshake,
/// later on the loop. The bytes are borrowed for the call.
@FunctionalInterface
public interface DtlsSink {
    void send(byte[] buffer, int offset, int length);
}

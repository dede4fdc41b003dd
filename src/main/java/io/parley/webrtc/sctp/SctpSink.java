package io.parley.webrtc.sctp;

/// Takes one SCTP packet to be sealed by DTLS at once. The bytes are borrowed for the call, and the
/// association must not be called from inside it.
public interface SctpSink {
    void send(byte[] buffer, int offset, int length);
}

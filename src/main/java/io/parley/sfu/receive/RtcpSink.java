package io.parley.sfu.receive;

/// Where reports towards a publisher go, in clear: its peer seals and sends them. The bytes are
/// borrowed for the call.
public interface RtcpSink {
    void sendRtcp(byte[] buffer, int offset, int length);
}

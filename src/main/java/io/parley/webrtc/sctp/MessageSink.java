package io.parley.webrtc.sctp;

/// Where whole messages go, in order.
interface MessageSink {
    void onMessage(int streamId, int ppid, byte[] payload);
}

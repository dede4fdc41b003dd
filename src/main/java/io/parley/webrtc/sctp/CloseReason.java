package io.parley.webrtc.sctp;

/// Why an association ended.
public enum CloseReason {
    LOCAL_ABORT,
    PEER_ABORT,
    PEER_SHUTDOWN
}

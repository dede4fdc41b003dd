package io.parley.media;

/// A peer's transport as a whole: CONNECTED means ICE has a path and DTLS is done.
public enum PeerState {
    NEW,
    CONNECTING,
    CONNECTED,
    DISCONNECTED,
    FAILED,
    CLOSED
}

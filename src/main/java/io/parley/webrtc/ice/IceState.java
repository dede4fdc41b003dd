package io.parley.webrtc.ice;

/// Where an [IceAgent] stands; its class comment has the transitions.
public enum IceState {
    NEW,
    CHECKING,
    CONNECTED,
    DISCONNECTED,
    FAILED
}

package io.parley.webrtc.ortc;

/// The two kinds of RTP media (RFC 8866 §5.14).
public enum MediaKind {
    AUDIO,
    VIDEO
}

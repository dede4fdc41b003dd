package io.parley.webrtc.ortc;

/// Feedback a codec may use on a section, after negotiation (RFC 4585 §4.2).
public enum RtcpFeedback {
    NACK,
    NACK_PLI,
    CCM_FIR,
    GOOG_REMB,
    TRANSPORT_CC
}

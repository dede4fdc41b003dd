package io.parley.webrtc.ortc;

/// The remote side's SCTP port and the largest message it takes (RFC 8841).
public record SctpParameters(int remotePort, int remoteMaxMessageSizeBytes) {}

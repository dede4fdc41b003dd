package io.parley.webrtc.ortc;

/// Names one forwarded track to one subscriber. Unique in a node.
public record SendId(long value) {}

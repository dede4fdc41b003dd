package io.parley.webrtc.ortc;

/// Names one codec of one published track on the media side. Unique in a node.
public record SourceId(long value) {}

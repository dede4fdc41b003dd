package io.parley.media;

/// A data channel as both sides know it; `maxRetransmits` is -1 for a reliable one.
public record ChannelTerms(String label, int streamId, boolean ordered, int maxRetransmits) {}

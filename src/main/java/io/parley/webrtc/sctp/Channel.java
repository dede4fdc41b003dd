package io.parley.webrtc.sctp;

/// One data channel: a pair of streams with the same id (RFC 8831 §6.4). Owned by its Channels.
final class Channel {
    private final int streamId;
    private final Dcep.Open terms;
    private final boolean remote;
    private final boolean negotiated;

    /// The peer is known to know it: until then all is sent in order behind the OPEN (RFC 8832 §6).
    boolean acknowledged;

    boolean announced;
    boolean closing;
    boolean closeTold;
    boolean incomingReset;
    boolean outgoingReset;

    Channel(int streamId, Dcep.Open terms, boolean remote, boolean negotiated) {
        this.streamId = streamId;
        this.terms = terms;
        this.remote = remote;
        this.negotiated = negotiated;
        this.acknowledged = remote || negotiated;
    }

    int streamId() {
        return streamId;
    }

    Dcep.Open terms() {
        return terms;
    }

    /// Opened by our own DCEP message.
    boolean isOurs() {
        return !remote && !negotiated;
    }

    boolean isRemote() {
        return remote;
    }

    /// Nothing sent on it is ever given up.
    boolean isReliable() {
        return terms.maxRetransmits() < 0 && terms.maxLifetimeMs() < 0;
    }

    boolean isGone() {
        return incomingReset && outgoingReset;
    }

    OutMessage message(long nowNs, int ppid, byte[] payload) {
        int lifetimeMs = terms.maxLifetimeMs();
        long expiresNs = lifetimeMs < 0 ? Deadline.NEVER : nowNs + lifetimeMs * 1_000_000L;
        boolean unordered = !terms.ordered() && acknowledged;
        return new OutMessage(
                streamId, ppid, payload, unordered, terms.maxRetransmits(), expiresNs, nowNs);
    }

    SctpEvent.ChannelOpened opened() {
        return new SctpEvent.ChannelOpened(
                streamId,
                terms.label(),
                terms.protocol(),
                terms.ordered(),
                terms.maxRetransmits(),
                terms.maxLifetimeMs(),
                remote);
    }
}

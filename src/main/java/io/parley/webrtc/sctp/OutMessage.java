package io.parley.webrtc.sctp;

/// A message on its way out; its payload is immutable. Owned by its SendQueue.
final class OutMessage {
    private final int streamId;
    private final int ppid;
    private final byte[] payload;
    private final boolean unordered;
    private final int maxRetransmits;
    private final long expiresNs;
    private final long queuedNs;
    private int ssn;
    private int taken;
    private boolean abandoned;

    /// Takes over the payload.
    ///
    /// @param maxRetransmits -1 for no limit
    /// @param expiresNs [Deadline#NEVER] for no limit
    OutMessage(
            int streamId,
            int ppid,
            byte[] payload,
            boolean unordered,
            int maxRetransmits,
            long expiresNs,
            long queuedNs) {
        this.streamId = streamId;
        this.ppid = ppid;
        this.payload = payload;
        this.unordered = unordered;
        this.maxRetransmits = maxRetransmits;
        this.expiresNs = expiresNs;
        this.queuedNs = queuedNs;
    }

    int streamId() {
        return streamId;
    }

    int ppid() {
        return ppid;
    }

    byte[] payload() {
        return payload;
    }

    boolean unordered() {
        return unordered;
    }

    int ssn() {
        return ssn;
    }

    void number(int streamSequence) {
        this.ssn = streamSequence;
    }

    long queuedNs() {
        return queuedNs;
    }

    boolean isBegun() {
        return taken > 0;
    }

    int remaining() {
        return payload.length - taken;
    }

    /// Cuts the next fragment off.
    OutChunk take(long tsn, int length) {
        OutChunk chunk = new OutChunk(this, tsn, taken, length);
        taken += length;
        return chunk;
    }

    /// Forgets that anything was taken, as after a restart.
    void rewind() {
        taken = 0;
    }

    boolean isSpent(long nowNs, int transmissions) {
        return expiresNs <= nowNs || (maxRetransmits >= 0 && transmissions > maxRetransmits);
    }

    /// True if it may be given up.
    boolean isLimited() {
        return maxRetransmits >= 0 || expiresNs != Deadline.NEVER;
    }

    boolean isAbandoned() {
        return abandoned;
    }

    void abandon() {
        abandoned = true;
    }
}

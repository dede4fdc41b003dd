package io.parley.webrtc.sctp;

/// A fragment with its TSN, kept until the peer's cumulative TSN passes it. Owned by its
/// Outstanding.
///
/// | from | by | to |
/// |---|---|---|
/// | IN_FLIGHT | three reports missing, or T3 | LOST |
/// | LOST | sent again | IN_FLIGHT |
/// | IN_FLIGHT, LOST | gap block | ACKED |
/// | ACKED | the peer reneged (RFC 9260 §6.2.1) | LOST |
/// | any | message given up (RFC 3758 §3.5) | ABANDONED |
final class OutChunk {
    enum State {
        IN_FLIGHT,
        LOST,
        ACKED,
        ABANDONED
    }

    private final OutMessage message;
    private final long tsn;
    private final int offset;
    private final int length;
    State state = State.IN_FLIGHT;
    int transmissions;
    int missingReports;

    /// The number of the packet that carried it last, so that a chunk sent again is only thought
    /// lost again if something sent after it arrived.
    long sendOrder;

    long sentNs;
    boolean released;

    OutChunk(OutMessage message, long tsn, int offset, int length) {
        this.message = message;
        this.tsn = tsn;
        this.offset = offset;
        this.length = length;
    }

    OutMessage message() {
        return message;
    }

    long tsn() {
        return tsn;
    }

    int offset() {
        return offset;
    }

    int length() {
        return length;
    }

    int wireBytes() {
        return DataChunk.HEADER_BYTES + ((length + 3) & ~3);
    }

    boolean isBegin() {
        return offset == 0;
    }

    boolean isEnd() {
        return offset + length == message.payload().length;
    }
}

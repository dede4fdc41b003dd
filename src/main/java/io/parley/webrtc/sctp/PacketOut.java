package io.parley.webrtc.sctp;

/// Bundles chunks into packets of at most one MTU, in one reused buffer. Owned by its
/// SctpAssociation.
final class PacketOut {
    private final SctpSettings settings;
    private final SctpSink sink;
    private final WireWriter out;
    private int peerTag;
    private boolean zeroChecksum;

    PacketOut(SctpSettings settings, SctpSink sink) {
        this.settings = settings;
        this.sink = sink;
        this.out = new WireWriter(Math.max(2048, settings.mtuBytes() * 2));
        out.position(SctpPacket.HEADER_BYTES);
    }

    void peer(int tag, boolean zeroChecksumAccepted) {
        this.peerTag = tag;
        this.zeroChecksum = zeroChecksumAccepted && settings.zeroChecksum();
    }

    boolean isEmpty() {
        return out.position() == SctpPacket.HEADER_BYTES;
    }

    int room() {
        return settings.mtuBytes() - out.position();
    }

    /// Adds a control chunk; what is already there leaves first if the two do not fit together.
    void add(SctpChunk chunk) {
        int start = out.position();
        ChunkWriter.write(out, chunk);
        int end = out.position();
        if (end <= settings.mtuBytes() || start == SctpPacket.HEADER_BYTES) {
            return;
        }
        out.position(start);
        transmit(peerTag, zeroChecksum);
        byte[] bytes = out.array();
        System.arraycopy(bytes, start, bytes, SctpPacket.HEADER_BYTES, end - start);
        out.position(SctpPacket.HEADER_BYTES + end - start);
    }

    /// Adds a DATA chunk that the caller knows to fit.
    void add(OutChunk chunk) {
        DataChunk.write(out, chunk);
    }

    void flush() {
        if (!isEmpty()) {
            transmit(peerTag, zeroChecksum);
        }
    }

    /// Sends one chunk in a packet of its own with a real checksum (RFC 9653 §5.2 asks for it where
    /// INIT or COOKIE ECHO is inside).
    void sendAlone(int tag, SctpChunk chunk) {
        flush();
        ChunkWriter.write(out, chunk);
        transmit(tag, false);
    }

    private void transmit(int tag, boolean unchecked) {
        int length = out.position();
        out.position(0);
        out.u16(settings.localPort());
        out.u16(settings.remotePort());
        out.i32(tag);
        int crc = unchecked ? 0 : SctpPacket.checksum(out.array(), 0, length);
        out.i32(crc);
        sink.send(out.array(), 0, length);
        out.position(SctpPacket.HEADER_BYTES);
    }
}

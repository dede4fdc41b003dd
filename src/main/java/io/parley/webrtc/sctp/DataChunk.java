package io.parley.webrtc.sctp;

/// A DATA chunk as received (RFC 9260 §3.3.1); it owns its payload.
final class DataChunk implements SctpChunk {
    static final int HEADER_BYTES = 16;
    private static final int END = 1;
    private static final int BEGIN = 2;
    private static final int UNORDERED = 4;
    private static final int IMMEDIATE = 8;

    private final int flags;
    private final int tsn;
    private final int streamId;
    private final int ssn;
    private final int ppid;
    private final byte[] payload;

    private DataChunk(int flags, WireReader in) {
        this.flags = flags;
        this.tsn = in.i32();
        this.streamId = in.u16();
        this.ssn = in.u16();
        this.ppid = in.i32();
        if (in.remaining() == 0) {
            throw new MalformedSctpException("DATA without user data");
        }
        this.payload = in.array(in.remaining());
    }

    static DataChunk read(int flags, WireReader in) {
        return new DataChunk(flags, in);
    }

    int tsn() {
        return tsn;
    }

    int streamId() {
        return streamId;
    }

    int ssn() {
        return ssn;
    }

    int ppid() {
        return ppid;
    }

    byte[] payload() {
        return payload;
    }

    boolean begin() {
        return (flags & BEGIN) != 0;
    }

    boolean end() {
        return (flags & END) != 0;
    }

    boolean unordered() {
        return (flags & UNORDERED) != 0;
    }

    boolean immediate() {
        return (flags & IMMEDIATE) != 0;
    }

    static void write(WireWriter out, OutChunk chunk) {
        OutMessage message = chunk.message();
        int flags =
                (chunk.isBegin() ? BEGIN : 0)
                        | (chunk.isEnd() ? END : 0)
                        | (message.unordered() ? UNORDERED : 0);
        int start = out.position();
        out.u8(DATA);
        out.u8(flags);
        out.u16(0);
        out.i32((int) chunk.tsn());
        out.u16(message.streamId());
        out.u16(message.ssn());
        out.i32(message.ppid());
        out.bytes(message.payload(), chunk.offset(), chunk.length());
        out.close(start);
    }
}

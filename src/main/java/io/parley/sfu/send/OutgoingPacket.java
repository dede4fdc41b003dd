package io.parley.sfu.send;

/// One packet about to leave: the forwarder fills it in, the send stream writes it out. One object
/// for all of a subscriber's packets, never kept. Owned by its SendRouter.
public final class OutgoingPacket {
    /// Longest rewritten payload descriptor.
    public static final int MAX_CODEC_HEAD = 8;

    /// Longest dependency descriptor.
    public static final int MAX_DESCRIPTOR = 255;

    private static final byte[] NOTHING = new byte[0];

    /// First bytes of the payload, rewritten; they stand for `codecSkip` bytes of the source's.
    public final byte[] codecHead = new byte[MAX_CODEC_HEAD];

    /// The rewritten dependency descriptor.
    public final byte[] descriptor = new byte[MAX_DESCRIPTOR + 8];

    public long nowNs;
    public long sourceSeq;
    public int layer;
    public long seq;
    public int timestamp;
    public boolean marker;
    public boolean sideCodec;
    public boolean keyFrame;
    public long captureNtp;
    public int codecHeadLength;
    public int codecSkip;
    public int descriptorLength;
    public byte[] payload = NOTHING;
    public int payloadOffset;
    public int payloadLength;

    /// What the send stream wrote of the moment of sending.
    int sendTime24;

    int transportSeq16;

    OutgoingPacket() {}

    /// Nothing but numbers and a plain payload.
    public void begin(long atNs, int sourceLayer, long fromSeq) {
        nowNs = atNs;
        layer = sourceLayer;
        sourceSeq = fromSeq;
        sideCodec = false;
        keyFrame = false;
        captureNtp = 0;
        codecHeadLength = 0;
        codecSkip = 0;
        descriptorLength = 0;
    }

    public void payload(byte[] bytes, int offset, int length) {
        payload = bytes;
        payloadOffset = offset;
        payloadLength = length;
    }
}

package io.parley.webrtc.srtp;

/// Seals with one key for all streams to a peer, and counts the roll-overs of each. Owned by its
/// peer's media loop.
final class StreamSealer implements SrtpSealer {
    /// Enough for every track of a large room, several times over.
    static final int MAX_STREAMS = 4096;

    private static final int RTCP_INDEX_MASK = 0x7fffffff;

    private final PacketCipher cipher;
    private final SsrcTable<StreamIndex> streams = new SsrcTable<>(MAX_STREAMS);

    private int rtcpIndex;

    StreamSealer(PacketCipher cipher) {
        this.cipher = cipher;
    }

    @Override
    public int sealRtp(
            byte[] dst,
            int dstOff,
            int rtpHeaderLength,
            int headLength,
            byte[] payload,
            int payloadOff,
            int payloadLength) {
        System.arraycopy(payload, payloadOff, dst, dstOff + headLength, payloadLength);
        int ssrc = Bytes.int32(dst, dstOff + RtpHeader.SSRC_OFFSET);
        int seq16 = Bytes.uint16(dst, dstOff + RtpHeader.SEQUENCE_OFFSET);
        long index = index(ssrc, seq16);
        return cipher.seal(dst, dstOff, rtpHeaderLength, headLength + payloadLength, index);
    }

    /// One index counts for all of a peer's SSRCs: it is written into the packet, and for each SSRC
    /// it only ever grows.
    @Override
    public int sealRtcp(byte[] buffer, int off, int length) {
        int index = rtcpIndex;
        rtcpIndex = (rtcpIndex + 1) & RTCP_INDEX_MASK;
        return cipher.sealControl(buffer, off, length, index);
    }

    private long index(int ssrc, int seq16) {
        StreamIndex stream = streams.find(ssrc);
        if (stream == null) {
            streams.add(new StreamIndex(ssrc, seq16));
            return seq16;
        }
        return stream.next(seq16);
    }
}

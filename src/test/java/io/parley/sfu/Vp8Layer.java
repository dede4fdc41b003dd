package io.parley.sfu;

import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpPacket;

/// One simulcast layer of a VP8 encoder: packets whose payload says which frame they are.
public final class Vp8Layer {
    /// Payload bytes behind the descriptor: frame header, then layer, frame and packet index.
    public static final int INFO = 11;

    public final int layer;
    public final int ssrc;
    public final int rtxSsrc;
    public final int packetsPerFrame;
    public long seq;
    public long timestamp;
    public int picture;
    public int frame;
    public boolean keyFrameWanted = true;
    public int transportSeq = -1;

    private final int size;
    private final byte[] payload = new byte[1500];
    private int tl0;
    private int keyIdx;
    private int packet;
    private boolean key;
    private int temporalId;

    public Vp8Layer(int layer, int packetsPerFrame, int size, long seq, long timestamp) {
        this.layer = layer;
        this.ssrc = 1000 + layer * 10;
        this.rtxSsrc = ssrc + 1;
        this.packetsPerFrame = packetsPerFrame;
        this.size = size;
        this.seq = seq;
        this.timestamp = timestamp;
        this.picture = 100 * (layer + 1);
    }

    /// The next frame, 3000 units later.
    public void beginFrame() {
        beginFrame(0);
    }

    public void beginFrame(int temporal) {
        key = keyFrameWanted;
        keyFrameWanted = false;
        temporalId = key ? 0 : temporal;
        frame++;
        picture = (picture + 1) & 0x7FFF;
        timestamp += 3000;
        tl0 += temporalId == 0 ? 1 : 0;
        keyIdx += key ? 1 : 0;
        packet = 0;
    }

    public boolean hasNext() {
        return packet < packetsPerFrame;
    }

    public boolean isKey() {
        return key;
    }

    /// The next packet of the frame, named by MID and RID.
    public RtpPacket next(PacketMaker maker, boolean named) {
        boolean first = packet == 0;
        boolean last = packet == packetsPerFrame - 1;
        int n = descriptor(first);
        int info = n + 10;
        payload[n] = (byte) (first && key ? 0x10 : 0x11);
        RtpBytes.put24(payload, n + 3, 0x9D012A);
        payload[n + 6] = (byte) (40 << layer);
        payload[n + 7] = 0;
        payload[n + 8] = (byte) (20 << layer);
        payload[n + 9] = 0;
        payload[info] = (byte) layer;
        RtpBytes.put32(payload, info + 1, frame);
        payload[info + 5] = (byte) packet;
        payload[info + 6] = (byte) (key ? 1 : 0);
        packet++;
        maker.begin(96, ssrc, seq++, timestamp, last);
        if (named) {
            maker.text(Sections.MID, "0").text(Sections.RID, rid());
        }
        if (transportSeq >= 0) {
            maker.u16(Sections.TWCC, transportSeq);
        }
        return maker.payload(payload, size);
    }

    public String rid() {
        return switch (layer) {
            case 0 -> "q";
            case 1 -> "h";
            default -> "f";
        };
    }

    private int descriptor(boolean first) {
        payload[0] = (byte) (0x80 | (first ? 0x10 : 0));
        payload[1] = (byte) 0xF0;
        RtpBytes.put16(payload, 2, 0x8000 | picture);
        payload[4] = (byte) tl0;
        payload[5] = (byte) ((temporalId << 6) | (keyIdx & 0x1F));
        return 6;
    }
}

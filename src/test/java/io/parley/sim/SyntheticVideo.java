package io.parley.sim;

import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.rtcp.Nack;
import io.parley.webrtc.rtcp.RtcpHandler;
import io.parley.webrtc.rtcp.RtcpReader;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/// A VP8 camera with simulcast: numbered frames that [CheckedVideo] recognises, retransmissions and
/// key frames on demand. Sends clear RTP; sealing is its user's.
public final class SyntheticVideo {
    /// Marks a payload of ours: this, the layer, the packet's index, the frame's number.
    static final int MAGIC = 0x5EED;

    static final int FRAME_HEADER_BYTES = 10;
    private static final int NAMED_PACKETS = 100;
    private static final int KEPT_PACKETS = 2_000;
    private static final int CLOCK_KHZ = 90;

    /// Takes one packet, or one compound.
    public interface Sink {
        void sendRtp(byte[] packet, int headerLength, int length);

        void sendRtcp(byte[] packet, int offset, int length);
    }

    /// What was negotiated; `rids` is empty without simulcast.
    public record Section(
            String mid,
            int payloadType,
            int rtxPayloadType,
            HeaderExtensionIds ids,
            List<String> rids) {
        public Section {
            rids = List.copyOf(rids);
        }
    }

    private final Section section;
    private final Sink sink;
    private final List<Layer> layers = new ArrayList<>();
    private final byte[] buffer = new byte[1500];
    private final RtpWriter writer = new RtpWriter();
    private final RtcpWriter rtcpWriter = new RtcpWriter();
    private final RtcpReader rtcpReader = new RtcpReader();
    private int frame;
    private int keyFrameRequests;
    private int retransmissions;

    public SyntheticVideo(Section section, RandomGenerator random, Sink sink) {
        this.section = section;
        this.sink = sink;
        for (int i = 0; i < Math.max(1, section.rids().size()); i++) {
            layers.add(new Layer(i, random));
        }
    }

    /// The stream of one quality, lowest first.
    private static final class Layer {
        private final int index;
        private final int ssrc;
        private final int rtxSsrc;
        private final int timestampBase;
        private final Map<Integer, byte[]> sent = new HashMap<>();
        private int seq16;
        private int rtxSeq16;
        private int pictureId;
        private int tl0;
        private int packets;
        private int rtxPackets;
        private int octets;
        private boolean wantsKeyFrame = true;
        private boolean active = true;

        Layer(int index, RandomGenerator random) {
            this.index = index;
            this.ssrc = random.nextInt(1, Integer.MAX_VALUE);
            this.rtxSsrc = random.nextInt(1, Integer.MAX_VALUE);
            this.timestampBase = random.nextInt();
            this.seq16 = random.nextInt(0x10000);
            this.rtxSeq16 = random.nextInt(0x10000);
            this.pictureId = random.nextInt(0x8000);
        }
    }

    public int ssrc(int layer) {
        return layers.get(layer).ssrc;
    }

    public int rtxSsrc(int layer) {
        return layers.get(layer).rtxSsrc;
    }

    public int keyFrameRequests() {
        return keyFrameRequests;
    }

    public int retransmissions() {
        return retransmissions;
    }

    public int frames() {
        return frame;
    }

    /// A layer that dynacast or the sender's bandwidth turned off sends nothing.
    public void setActive(int layer, boolean active) {
        layers.get(layer).active = active;
        layers.get(layer).wantsKeyFrame = true;
    }

    /// One picture in every active layer: 1, 2 or 4 packets of it.
    public void sendFrame(long nowNs) {
        for (Layer layer : layers) {
            if (layer.active) {
                sendFrame(nowNs, layer);
            }
        }
        frame++;
    }

    private void sendFrame(long nowNs, Layer layer) {
        boolean key = layer.wantsKeyFrame;
        layer.wantsKeyFrame = false;
        int timestamp = layer.timestampBase + (int) (nowNs / 1_000_000 * CLOCK_KHZ);
        int count = 1 << layer.index;
        for (int i = 0; i < count; i++) {
            sendPacket(layer, timestamp, new Position(i, i == count - 1, key));
        }
        layer.pictureId = (layer.pictureId + 1) & 0x7FFF;
        layer.tl0 = (layer.tl0 + 1) & 0xFF;
    }

    private record Position(int index, boolean last, boolean key) {}

    private void sendPacket(Layer layer, int timestamp, Position position) {
        writer.begin(
                buffer,
                0,
                section.payloadType(),
                position.last(),
                layer.seq16,
                timestamp,
                layer.ssrc);
        if (layer.packets < NAMED_PACKETS) {
            name(layer, section.ids().rid());
        }
        int header = writer.finish();
        int length = writePayload(layer, position, header);
        byte[] copy = new byte[length];
        System.arraycopy(buffer, 0, copy, 0, length);
        layer.sent.put(layer.seq16, copy);
        layer.sent.remove((layer.seq16 - KEPT_PACKETS) & 0xFFFF);
        layer.seq16 = (layer.seq16 + 1) & 0xFFFF;
        layer.packets++;
        layer.octets += length - header;
        sink.sendRtp(buffer, header, length);
    }

    private void name(Layer layer, int ridId) {
        byte[] mid = section.mid().getBytes(StandardCharsets.UTF_8);
        writer.addExtension(section.ids().mid(), mid, 0, mid.length);
        if (!section.rids().isEmpty()) {
            byte[] rid = section.rids().get(layer.index).getBytes(StandardCharsets.UTF_8);
            writer.addExtension(ridId, rid, 0, rid.length);
        }
    }

    private int writePayload(Layer layer, Position position, int header) {
        int at = header;
        buffer[at++] = (byte) (0x80 | (position.index() == 0 ? 0x10 : 0));
        buffer[at++] = (byte) 0xE0;
        RtpBytes.put16(buffer, at, 0x8000 | layer.pictureId);
        at += 2;
        buffer[at++] = (byte) layer.tl0;
        buffer[at++] = 0;
        if (position.index() == 0) {
            writeFrameHeader(at, layer, position.key());
            at += FRAME_HEADER_BYTES;
        }
        RtpBytes.put16(buffer, at, MAGIC);
        buffer[at + 2] = (byte) layer.index;
        buffer[at + 3] = (byte) position.index();
        RtpBytes.put32(buffer, at + 4, frame);
        buffer[at + 8] = (byte) (position.key() ? 1 : 0);
        return at + 9 + 300 * (layer.index + 1);
    }

    /// RFC 6386 §9.1.
    private void writeFrameHeader(int at, Layer layer, boolean key) {
        buffer[at] = (byte) (key ? 0x10 : 0x11);
        buffer[at + 1] = 0;
        buffer[at + 2] = 0;
        buffer[at + 3] = (byte) 0x9D;
        buffer[at + 4] = 0x01;
        buffer[at + 5] = 0x2A;
        int width = 320 << layer.index;
        int height = 180 << layer.index;
        buffer[at + 6] = (byte) width;
        buffer[at + 7] = (byte) (width >> 8);
        buffer[at + 8] = (byte) height;
        buffer[at + 9] = (byte) (height >> 8);
    }

    /// One sender report for each layer.
    public void sendReports(long nowNs) {
        byte[] report = new byte[400];
        rtcpWriter.begin(report, 0);
        for (Layer layer : layers) {
            rtcpWriter.senderReport(
                    layer.ssrc,
                    NtpTime.durationOfNs(nowNs),
                    layer.timestampBase + (int) (nowNs / 1_000_000 * CLOCK_KHZ),
                    layer.packets,
                    layer.octets);
        }
        sink.sendRtcp(report, 0, rtcpWriter.size());
    }

    /// A compound from the server, in clear.
    public void onRtcp(byte[] b, int offset, int length) {
        rtcpReader.read(b, offset, length, new Feedback());
    }

    private final class Feedback implements RtcpHandler {
        @Override
        public void onNack(int senderSsrc, int mediaSsrc, int pid, int blp) {
            for (Layer layer : layers) {
                if (layer.ssrc == mediaSsrc) {
                    for (int seq = Nack.first(pid); seq >= 0; seq = Nack.next(pid, blp, seq)) {
                        retransmit(layer, seq);
                    }
                }
            }
        }

        @Override
        public void onPli(int senderSsrc, int mediaSsrc) {
            for (Layer layer : layers) {
                if (layer.ssrc == mediaSsrc) {
                    keyFrameRequests++;
                    layer.wantsKeyFrame = true;
                }
            }
        }
    }

    /// RFC 4588 §4, with the repaired RID while the SSRC may still be unknown (RFC 8852).
    private void retransmit(Layer layer, int seq16) {
        byte[] original = layer.sent.get(seq16);
        if (original == null || section.rtxPayloadType() < 0) {
            return;
        }
        retransmissions++;
        boolean marker = original[1] < 0;
        writer.begin(
                buffer,
                0,
                section.rtxPayloadType(),
                marker,
                layer.rtxSeq16,
                RtpBytes.i32(original, 4),
                layer.rtxSsrc);
        if (layer.rtxPackets < NAMED_PACKETS) {
            name(layer, section.ids().repairedRid());
        }
        int header = writer.finish();
        int from = originalHeader(original);
        RtpBytes.put16(buffer, header, seq16);
        System.arraycopy(original, from, buffer, header + 2, original.length - from);
        layer.rtxSeq16 = (layer.rtxSeq16 + 1) & 0xFFFF;
        layer.rtxPackets++;
        sink.sendRtp(buffer, header, header + 2 + original.length - from);
    }

    private static int originalHeader(byte[] packet) {
        boolean extended = (packet[0] & 0x10) != 0;
        return extended ? 16 + 4 * RtpBytes.u16(packet, 14) : 12;
    }
}

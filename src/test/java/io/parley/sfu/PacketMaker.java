package io.parley.sfu;

import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpPacket;
import io.parley.webrtc.rtp.RtpWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Writes RTP packets as a publisher would; reusable, so that tests can count allocations.
public final class PacketMaker {
    private final byte[] buffer = new byte[2000];
    private final RtpWriter writer = new RtpWriter();
    private final RtpPacket view = new RtpPacket();
    private int length;

    public PacketMaker begin(int type, int ssrc, long seq, long timestamp, boolean marker) {
        writer.begin(buffer, 0, type, marker, (int) seq & 0xFFFF, (int) timestamp, ssrc);
        return this;
    }

    public PacketMaker text(int id, String value) {
        byte[] bytes = value.getBytes(StandardCharsets.US_ASCII);
        writer.addExtension(id, bytes, 0, bytes.length);
        return this;
    }

    public PacketMaker bytes(int id, byte[] value) {
        writer.addExtension(id, value, 0, value.length);
        return this;
    }

    public PacketMaker u16(int id, int value) {
        RtpBytes.put16(buffer, writer.reserveExtension(id, 2), value);
        return this;
    }

    public PacketMaker u8(int id, int value) {
        RtpBytes.put8(buffer, writer.reserveExtension(id, 1), value);
        return this;
    }

    /// Ends the header; the payload follows.
    public RtpPacket payload(byte[] payload, int size) {
        int header = writer.finish();
        System.arraycopy(payload, 0, buffer, header, size);
        length = header + size;
        return wrap();
    }

    public RtpPacket payload(int... bytes) {
        int header = writer.finish();
        for (int i = 0; i < bytes.length; i++) {
            buffer[header + i] = (byte) bytes[i];
        }
        length = header + bytes.length;
        return wrap();
    }

    public RtpPacket padding(int size) {
        int header = writer.finish();
        RtpWriter.writePadding(buffer, 0, header, size);
        length = header + size;
        return wrap();
    }

    /// A copy of what was made last.
    public byte[] copy() {
        return Arrays.copyOf(buffer, length);
    }

    private RtpPacket wrap() {
        if (view.wrap(buffer, 0, length) != null) {
            throw new IllegalStateException("not a packet");
        }
        return view;
    }
}

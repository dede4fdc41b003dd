package io.parley.sfu;

import io.parley.sfu.send.PacketSink;
import io.parley.webrtc.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Collects what a subscriber's peer is given.
public final class Subscriber implements PacketSink {
    public final List<Received> packets = new ArrayList<>();
    public final List<byte[]> rtcp = new ArrayList<>();
    public long count;
    public boolean keeps = true;
    public boolean open = true;

    /// One packet, put together again.
    public static final class Received {
        public final RtpPacket view = new RtpPacket();
        public final byte[] bytes;

        Received(byte[] bytes) {
            this.bytes = bytes;
            if (view.wrap(bytes, 0, bytes.length) != null) {
                throw new IllegalStateException("not a packet: " + Arrays.toString(bytes));
            }
        }

        public int payload(int i) {
            return bytes[view.payloadOffset() + i] & 0xFF;
        }
    }

    @Override
    public void sendRtp(
            byte[] head,
            int rtpHeaderLength,
            int headLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        count++;
        if (!keeps) {
            return;
        }
        byte[] all = Arrays.copyOf(head, headLength + payloadLength);
        System.arraycopy(payload, payloadOffset, all, headLength, payloadLength);
        Received received = new Received(all);
        if (received.view.headerLength() != rtpHeaderLength) {
            throw new IllegalStateException("header of " + received.view.headerLength());
        }
        packets.add(received);
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public void sendRtcp(byte[] buffer, int offset, int length) {
        rtcp.add(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    public Received last() {
        return packets.getLast();
    }

    public List<Integer> seqs() {
        return packets.stream().map(p -> p.view.seq16()).toList();
    }
}

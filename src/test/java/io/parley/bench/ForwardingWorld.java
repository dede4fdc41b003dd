package io.parley.bench;

import io.parley.sfu.Events;
import io.parley.sfu.PacketMaker;
import io.parley.sfu.Sections;
import io.parley.sfu.Vp8Layer;
import io.parley.sfu.forward.Forwarder;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.StreamRouter;
import io.parley.sfu.send.PacketSink;
import io.parley.sfu.send.SendRouter;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.rtp.RtpPacket;
import io.parley.webrtc.srtp.SrtpOpener;
import io.parley.webrtc.srtp.SrtpSealer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// One publisher of VP8 at 1,000 packets a second and its subscribers, from the sealed datagram
/// that came in to the sealed datagrams that would go out. The publisher's own sealing is part of a
/// step: one packet beside the many. Owned by its benchmark's thread.
public final class ForwardingWorld {
    private static final long PACKET_NS = 1_000_000;
    private static final int PACKETS_PER_FRAME = 33;
    private static final int PAYLOAD_BYTES = 1100;
    private static final int NAMED_PACKETS = 300;
    private static final int BUFFER_BYTES = 2048;

    private final Vp8Layer layer = new Vp8Layer(0, PACKETS_PER_FRAME, PAYLOAD_BYTES, 1, 1);
    private final PacketMaker maker = new PacketMaker();
    private final Events events = new Events();
    private final SrtpSealer publisher;
    private final SrtpOpener opener;
    private final StreamRouter router =
            new StreamRouter(ReceiveSettings.DEFAULTS, (_, _, _) -> {}, events, 1);
    private final RtpPacket packet = new RtpPacket();
    private final byte[] datagram = new byte[BUFFER_BYTES];
    private final List<Subscriber> subscribers = new ArrayList<>();

    private long nowNs = 1;
    private int made;

    public ForwardingWorld(Crypto crypto, int count) {
        this.publisher = crypto.sealer(true);
        this.opener = crypto.opener(false);
        Source source = router.configure(Sections.simulcast(Sections.VP8));
        for (int i = 0; i < count; i++) {
            subscribers.add(new Subscriber(crypto.sealer(false), source, 1000 + 2 * i));
        }
    }

    /// One packet in, one packet out to each subscriber.
    public void step() {
        nowNs += PACKET_NS;
        if (!layer.hasNext() || made == 0) {
            layer.beginFrame();
        }
        layer.transportSeq = made & 0xFFFF;
        RtpPacket plain = layer.next(maker, made++ < NAMED_PACKETS);
        int header = plain.headerLength();
        int length = plain.payloadOffset() + plain.payloadLength();
        byte[] bytes = plain.buffer();
        System.arraycopy(bytes, 0, datagram, 0, header);
        int sealed = publisher.sealRtp(datagram, 0, header, header, bytes, header, length - header);
        int opened = opener.openRtp(datagram, 0, sealed);
        if (opened < 0 || packet.wrap(datagram, 0, opened) != null) {
            throw new IllegalStateException("the publisher's packet did not open");
        }
        router.onRtp(nowNs, packet);
        onTime();
    }

    /// Packets that were sealed for subscribers.
    public long forwarded() {
        long sum = 0;
        for (Subscriber subscriber : subscribers) {
            sum += subscriber.packets;
        }
        return sum;
    }

    private void onTime() {
        if (router.nextWakeNs() <= nowNs) {
            router.onTime(nowNs);
        }
        for (int i = 0; i < subscribers.size(); i++) {
            SendRouter sender = subscribers.get(i).sender;
            if (sender.nextWakeNs() <= nowNs) {
                sender.onTime(nowNs);
            }
        }
    }

    /// A subscriber's peer without its socket: seals into a send area of 32 slots.
    private final class Subscriber implements PacketSink {
        private static final int SLOTS = 32;
        private static final int SLOT_BYTES = 1536;

        private final byte[] area = new byte[SLOTS * SLOT_BYTES];
        private final SrtpSealer sealer;
        private final SendRouter sender;
        private long packets;
        private int slot;

        Subscriber(SrtpSealer sealer, Source source, int ssrc) {
            this.sealer = sealer;
            this.sender = new SendRouter(this, events, new Random(ssrc));
            new Forwarder(
                    nowNs,
                    sender.add(Sections.send(MediaKind.VIDEO, ssrc, Sections.VP8)),
                    source,
                    LayerWish.ALL,
                    sender.allocator());
        }

        @Override
        public void sendRtp(
                byte[] head,
                int rtpHeaderLength,
                int headLength,
                byte[] payload,
                int payloadOffset,
                int payloadLength) {
            int at = nextSlot();
            System.arraycopy(head, 0, area, at, headLength);
            sealer.sealRtp(
                    area, at, rtpHeaderLength, headLength, payload, payloadOffset, payloadLength);
            packets++;
        }

        @Override
        public void sendRtcp(byte[] buffer, int offset, int length) {
            int at = nextSlot();
            System.arraycopy(buffer, offset, area, at, length);
            sealer.sealRtcp(area, at, length);
        }

        private int nextSlot() {
            slot = (slot + 1) % SLOTS;
            return slot * SLOT_BYTES;
        }
    }
}

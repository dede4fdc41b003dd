package io.parley.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.forward.Forwarder;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.StreamRouter;
import io.parley.sfu.send.SendRouter;
import io.parley.webrtc.codec.Vp8Descriptor;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.rtcp.Nack;
import io.parley.webrtc.rtcp.RtcpHandler;
import io.parley.webrtc.rtcp.RtcpReader;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A publisher with three VP8 layers over a lossy path, two subscribers over lossy paths of their
/// own.
class PacketWayTest {
    private static final long MS = 1_000_000L;
    private static final LayerWish LOW = new LayerWish(false, 0, 3);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void everySubscriberSeesOneContinuousStream(long seed) {
        World world = new World(seed, 0.03);
        Viewer high = world.viewer(50_000, LayerWish.ALL);
        Viewer low = world.viewer(60_000, LOW);
        world.run(5000);
        assertThat(high.layerNow()).as("seed %d", seed).isEqualTo(2);
        assertThat(low.layerNow()).isEqualTo(0);
        low.forwarder.setWish(world.nowNs, LayerWish.ALL);
        world.run(5000);
        assertThat(low.layerNow()).isEqualTo(2);
        high.forwarder.setWish(world.nowNs, new LayerWish(false, 1, 3));
        world.run(5000);
        assertThat(high.layerNow()).isEqualTo(1);
        world.stopLosing();
        world.run(2000);
        high.check(seed);
        low.check(seed);
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void showsAPictureAndSwitchesQuickly(long seed) {
        World world = new World(seed, 0);
        world.run(3000);
        Viewer late = world.viewer(70_000, LOW);
        world.run(400);
        assertThat(late.layerNow()).isEqualTo(0);
        late.forwarder.setWish(world.nowNs, LayerWish.ALL);
        world.run(1000);
        assertThat(late.layerNow()).isEqualTo(2);
        late.forwarder.setWish(world.nowNs, LOW);
        world.run(1000);
        assertThat(late.layerNow()).isEqualTo(0);
        late.forwarder.setWish(world.nowNs, LayerWish.NOTHING);
        int before = late.inbox.size();
        world.run(1000);
        assertThat(late.inbox).hasSize(before);
        late.forwarder.setWish(world.nowNs, LOW);
        world.run(500);
        assertThat(late.inbox.size()).isGreaterThan(before);
        late.check(seed);
    }

    private record Event(long atNs, long order, Runnable action) {}

    /// Everything in virtual time.
    private static final class World {
        final Random random;
        final PriorityQueue<Event> queue =
                new PriorityQueue<>((a, b) ->
                        a.atNs != b.atNs
                                ? Long.compare(a.atNs, b.atNs)
                                : Long.compare(a.order, b.order));
        final List<Vp8Layer> layers = new ArrayList<>();
        final Map<Integer, byte[]> sent = new HashMap<>();
        final Map<Integer, Integer> rtxSeqs = new HashMap<>();
        final List<Viewer> viewers = new ArrayList<>();
        final PacketMaker maker = new PacketMaker();
        final RtpPacket view = new RtpPacket();
        final RtcpReader reader = new RtcpReader();
        final Events events = new Events();
        final StreamRouter router;
        final Source source;
        long nowNs = 5_000 * MS;
        double loss;
        private long order;
        private long nextFrameNs;
        private long nextReportNs;

        World(long seed, double loss) {
            this.random = new Random(seed);
            this.loss = loss;
            for (int layer = 0; layer < 3; layer++) {
                layers.add(
                        new Vp8Layer(
                                layer,
                                1 + layer,
                                100 + 300 * layer,
                                random.nextInt(65_536),
                                random.nextInt()));
            }
            router = new StreamRouter(ReceiveSettings.DEFAULTS, this::fromServer, events, 99);
            source = router.configure(Sections.simulcast(Sections.VP8));
            nextFrameNs = nowNs;
            nextReportNs = nowNs + 700 * MS;
        }

        Viewer viewer(int ssrc, LayerWish wish) {
            Viewer viewer = new Viewer(this, ssrc, wish);
            viewers.add(viewer);
            return viewer;
        }

        void stopLosing() {
            loss = 0;
        }

        void run(long ms) {
            long end = nowNs + ms * MS;
            for (; nowNs < end; nowNs += MS) {
                step();
            }
        }

        private void step() {
            if (nowNs >= nextFrameNs) {
                nextFrameNs += 33 * MS;
                layers.forEach(this::sendFrame);
            }
            if (nowNs >= nextReportNs) {
                nextReportNs += 1000 * MS;
                layers.forEach(this::sendReport);
            }
            while (!queue.isEmpty() && queue.peek().atNs <= nowNs) {
                queue.poll().action.run();
            }
            if (nowNs >= router.nextWakeNs()) {
                router.onTime(nowNs);
            }
            for (Viewer viewer : viewers) {
                if (nowNs >= viewer.sends.nextWakeNs()) {
                    viewer.sends.onTime(nowNs);
                }
                viewer.onTime();
            }
        }

        void later(long ms, Runnable action) {
            queue.add(new Event(nowNs + ms * MS, order++, action));
        }

        boolean isLost() {
            return random.nextDouble() < loss;
        }

        private void sendFrame(Vp8Layer layer) {
            layer.beginFrame();
            while (layer.hasNext()) {
                layer.next(maker, true);
                byte[] bytes = maker.copy();
                sent.put(layer.ssrc << 16 ^ (int) (layer.seq - 1 & 0xFFFF), bytes);
                toServer(bytes);
            }
        }

        private void toServer(byte[] bytes) {
            if (!isLost()) {
                later(
                        10 + (loss > 0 ? random.nextInt(random.nextInt(10) == 0 ? 15 : 2) : 0),
                        () -> arrive(bytes.clone()));
            }
        }

        private void arrive(byte[] bytes) {
            byte[] room = new byte[bytes.length + 16];
            System.arraycopy(bytes, 0, room, 0, bytes.length);
            assertThat(view.wrap(room, 0, bytes.length)).isNull();
            router.onRtp(nowNs, view);
        }

        private void sendReport(Vp8Layer layer) {
            byte[] buffer = new byte[100];
            RtcpWriter writer = new RtcpWriter();
            writer.begin(buffer, 0);
            long sinceFrame = nowNs - (nextFrameNs - 33 * MS);
            int rtp = (int) (layer.timestamp + sinceFrame * 90 / MS);
            writer.senderReport(layer.ssrc, NtpTime.ofEpochNs(nowNs), rtp, 1, 1);
            later(10, () -> router.onRtcp(nowNs, buffer, 0, writer.size()));
        }

        private void fromServer(byte[] b, int off, int len) {
            reader.read(
                    b,
                    off,
                    len,
                    new RtcpHandler() {
                        @Override
                        public void onPli(int senderSsrc, int mediaSsrc) {
                            later(30, () -> layerOf(mediaSsrc).keyFrameWanted = true);
                        }

                        @Override
                        public void onNack(int senderSsrc, int mediaSsrc, int pid, int blp) {
                            for (int s = Nack.first(pid); s >= 0; s = Nack.next(pid, blp, s)) {
                                int seq16 = s;
                                later(10, () -> retransmit(layerOf(mediaSsrc), seq16));
                            }
                        }
                    });
        }

        private Vp8Layer layerOf(int ssrc) {
            return layers.get((ssrc - 1000) / 10);
        }

        private void retransmit(Vp8Layer layer, int seq16) {
            byte[] bytes = sent.get(layer.ssrc << 16 ^ seq16);
            if (bytes == null) {
                return;
            }
            RtpPacket original = new RtpPacket();
            assertThat(original.wrap(bytes, 0, bytes.length)).isNull();
            int rtxSeq = rtxSeqs.merge(layer.layer, 1, Integer::sum);
            maker.begin(97, layer.rtxSsrc, rtxSeq, original.timestamp(), original.marker());
            maker.text(Sections.MID, "0").text(Sections.RRID, layer.rid());
            byte[] payload = new byte[original.payloadLength() + 2];
            RtpBytes.put16(payload, 0, seq16);
            System.arraycopy(bytes, original.payloadOffset(), payload, 2, original.payloadLength());
            maker.payload(payload, payload.length);
            toServer(maker.copy());
        }
    }

    /// One subscriber: keeps what came, asks for what did not.
    private static final class Viewer {
        final World world;
        final int ssrc;
        final SendRouter sends;
        final Forwarder forwarder;
        final TreeMap<Long, Subscriber.Received> inbox = new TreeMap<>();
        final Subscriber sink = new Subscriber();
        private final Map<Long, Integer> asked = new HashMap<>();
        private int taken;
        private long highest = -1;
        private long nextNackNs;

        Viewer(World world, int ssrc, LayerWish wish) {
            this.world = world;
            this.ssrc = ssrc;
            this.sends = new SendRouter(sink, world.events, world.random);
            this.forwarder =
                    new Forwarder(
                            world.nowNs,
                            sends.add(Sections.send(MediaKind.VIDEO, ssrc, Sections.VP8)),
                            world.source,
                            wish,
                            sends.allocator());
        }

        int layerNow() {
            return forwarder.currentSpatial();
        }

        void onTime() {
            for (; taken < sink.packets.size(); taken++) {
                Subscriber.Received packet = sink.packets.get(taken);
                if (!world.isLost()) {
                    accept(packet);
                }
            }
            if (world.nowNs >= nextNackNs) {
                nextNackNs = world.nowNs + 110 * MS;
                askForMissing();
            }
        }

        private void accept(Subscriber.Received packet) {
            boolean rtx = packet.view.ssrc() == ssrc + 1;
            int seq16 =
                    rtx
                            ? RtpBytes.u16(packet.bytes, packet.view.payloadOffset())
                            : packet.view.seq16();
            assertThat(packet.view.payloadType()).isEqualTo(rtx ? 97 : 96);
            if (rtx) {
                assertThat(packet.view.unwrapRtx(96, ssrc)).isNull();
            }
            long seq = highest < 0 ? 65_536 + seq16 : highest + (short) (seq16 - (int) highest);
            if (!rtx) {
                highest = Math.max(highest, seq);
            }
            inbox.putIfAbsent(seq, packet);
        }

        private void askForMissing() {
            if (inbox.isEmpty()) {
                return;
            }
            byte[] buffer = new byte[2000];
            RtcpWriter writer = new RtcpWriter();
            writer.begin(buffer, 0);
            int[] one = new int[1];
            for (long seq = Math.max(inbox.firstKey(), highest - 200); seq < highest; seq++) {
                if (!inbox.containsKey(seq) && asked.merge(seq, 1, Integer::sum) < 8) {
                    one[0] = (int) (seq & 0xFFFF);
                    writer.nack(1, ssrc, one, 1);
                }
            }
            if (writer.size() > 0) {
                sends.onRtcp(world.nowNs, buffer, 0, writer.size());
            }
        }

        /// The invariants of a stream that a decoder likes.
        void check(long seed) {
            Subscriber.@Nullable Received previous = null;
            long previousSeq = -1;
            int switches = 0;
            for (Map.Entry<Long, Subscriber.Received> each : inbox.entrySet()) {
                Subscriber.Received packet = each.getValue();
                String where = "seed " + seed + " ssrc " + ssrc + " seq " + each.getKey();
                if (previous == null) {
                    assertThat(isKeyStart(packet)).as(where).isTrue();
                } else {
                    switches += follow(previous, packet, each.getKey() - previousSeq, where);
                }
                previous = packet;
                previousSeq = each.getKey();
            }
            assertThat(switches).isLessThan(12);
            assertThat(inbox.size()).isGreaterThan(40);
        }

        private int follow(
                Subscriber.Received a, Subscriber.Received b, long seqStep, String where) {
            boolean switched = layer(a) != layer(b);
            int step = b.view.timestamp() - a.view.timestamp();
            assertThat(step).as(where + " timestamp").isGreaterThanOrEqualTo(0);
            if (switched) {
                assertThat(isKeyStart(b)).as(where + " switches on a key frame").isTrue();
                assertThat(step).as(where + " switch step").isBetween(1, 90 * 900);
            }
            int pictures = (picture(b) - picture(a)) & 0x7FFF;
            if (seqStep == 1) {
                boolean sameFrame = step == 0;
                boolean whole = a.view.marker() == !sameFrame;
                assertThat(whole || switched).as(where + " marker").isTrue();
                assertThat(pictures).as(where + " picture").isEqualTo(sameFrame ? 0 : 1);
            } else {
                assertThat(isBeforeSwitch(b)).as(where + " gap of " + seqStep).isTrue();
            }
            return switched ? 1 : 0;
        }

        /// What was lost of a layer just left is not repaired any more.
        private boolean isBeforeSwitch(Subscriber.Received packet) {
            int index = 0;
            boolean found = false;
            int layer = layer(packet);
            for (Subscriber.Received each : inbox.values()) {
                found |= each == packet;
                if (found && (index++ > 60 || layer(each) != layer || isKeyStart(each))) {
                    return index <= 60;
                }
            }
            return false;
        }

        private static Vp8Descriptor describe(Subscriber.Received p) {
            Vp8Descriptor d = new Vp8Descriptor();
            assertThat(d.parse(p.bytes, p.view.payloadOffset(), p.view.payloadLength())).isTrue();
            return d;
        }

        private static int picture(Subscriber.Received p) {
            return describe(p).pictureId();
        }

        private static int layer(Subscriber.Received p) {
            return p.payload(describe(p).headerLength() + 10);
        }

        private static boolean isKeyStart(Subscriber.Received p) {
            return describe(p).isKeyFrame();
        }
    }
}

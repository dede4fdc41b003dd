package io.parley.sfu.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.Events;
import io.parley.sfu.PacketMaker;
import io.parley.sfu.Sections;
import io.parley.sfu.Subscriber;
import io.parley.sfu.Vp8Layer;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.StreamRouter;
import io.parley.sfu.send.SendRouter;
import io.parley.webrtc.codec.Vp8Descriptor;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.PlayoutDelay;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ForwarderTest {
    private static final long MS = 1_000_000L;
    private static final SendTraits OPENS = new SendTraits(false, true, "", PlayoutDelay.NONE);
    private static final SendTraits OWN_TRAILER =
            new SendTraits(false, false, "xyz", PlayoutDelay.NONE);

    private final PacketMaker maker = new PacketMaker();
    private final Events events = new Events();
    private final Subscriber sink = new Subscriber();
    private final List<Long> plis = new ArrayList<>();
    private final SendRouter sends = new SendRouter(sink, events, new Random(1));
    private long nowNs = 1000 * MS;
    private final StreamRouter router =
            new StreamRouter(
                    ReceiveSettings.DEFAULTS,
                    (b, off, _) -> {
                        if ((b[off + 1] & 0xFF) == 206) {
                            plis.add(nowNs / MS);
                        }
                    },
                    events,
                    1);

    @Test
    void redGoesAsItIsToThoseWhoTakeIt() {
        start(Sections.microphone(600, Sections.RED, Sections.OPUS), Sections.RED, Sections.OPUS);
        red(1, 10, 9);
        assertThat(sink.last().view.payloadType()).isEqualTo(63);
        assertThat(sink.last().view.payloadLength()).isEqualTo(7);
        audio(111, 2, 42);
        assertThat(sink.last().view.payloadType()).isEqualTo(111);
        assertThat(events.log).contains("sent 9000");
    }

    @Test
    void othersGetThePrimaryAndWhatRedundancySaves() {
        start(Sections.microphone(600, Sections.RED, Sections.OPUS), Sections.OPUS);
        red(1, 10, 9);
        red(2, 20, 10);
        red(4, 40, 30);
        assertThat(sink.seqs()).containsExactly(1, 2, 3, 4);
        assertThat(sink.packets).allMatch(p -> p.view.payloadType() == 111);
        assertThat(sink.packets.stream().map(p -> p.payload(0))).containsExactly(10, 20, 30, 40);
        assertThat(sink.packets.get(2).view.timestamp()).isEqualTo(3 * 960);
        red(3, 30, 20);
        assertThat(sink.packets).hasSize(4);
        red(7, 70, 60);
        red(5, 50, 40);
        assertThat(sink.seqs()).endsWith(6, 7, 5);
        assertThat(sink.last().payload(0)).isEqualTo(50);
    }

    @Test
    void saysOnceWhatASectionCannotTake() {
        start(Sections.single(Sections.H264, 500, false), Sections.VP8);
        for (int seq = 0; seq < 3; seq++) {
            onRtp(maker.begin(102, 500, seq, seq, true).payload(0x67, 1, 2, 3));
        }
        assertThat(events.log.stream().filter("unsupported video/H264"::equals)).hasSize(1);
        assertThat(sink.packets).isEmpty();
    }

    @Test
    void closesUpOverPadding() {
        start(Sections.microphone(600, Sections.OPUS), Sections.OPUS);
        audio(111, 1, 1);
        onRtp(maker.begin(111, 600, 2, 0, false).padding(30));
        audio(111, 3, 3);
        assertThat(sink.seqs()).containsExactly(1, 2);
    }

    @Test
    void carriesCaptureTimes() {
        start(Sections.microphone(600, Sections.OPUS), Sections.OPUS);
        byte[] capture = {1, 2, 3, 4, 5, 6, 7, 8, 9, 9, 9, 9, 9, 9, 9, 9};
        maker.begin(111, 600, 1, 960, false).bytes(Sections.CAPTURE, capture);
        onRtp(maker.payload(1));
        RtpPacket sent = sink.last().view;
        assertThat(sent.extensionLength(Sections.CAPTURE)).isEqualTo(8);
        assertThat(sink.last().bytes[sent.extensionOffset(Sections.CAPTURE) + 7])
                .isEqualTo((byte) 8);
        assertThat(sent.extensionLength(Sections.SEND_TIME)).isEqualTo(3);
        audio(111, 2, 2);
        assertThat(sink.last().view.extensionLength(Sections.CAPTURE)).isZero();
        assertThat(sink.last().view.extensionLength(Sections.SEND_TIME)).isEqualTo(3);
    }

    @Test
    void resumesWithAKeyFrameAfterAMute() {
        Forwarder forwarder = start(Sections.simulcast(Sections.VP8), Sections.VP8);
        Vp8Layer layer = new Vp8Layer(0, 2, 200, 10, 10);
        frame(layer, true);
        frame(layer, false);
        forwarder.source().setMuted(nowNs, true);
        frame(layer, false);
        assertThat(sink.seqs()).containsExactly(10, 11, 12, 13);
        forwarder.source().setMuted(nowNs, false);
        tick(1);
        assertThat(plis).containsExactly(1001L);
        frame(layer, false);
        frame(layer, true);
        assertThat(sink.seqs()).containsExactly(10, 11, 12, 13, 14, 15);
        assertThat(descriptor(4).pictureId()).isEqualTo(descriptor(3).pictureId() + 1);
        forwarder.setWish(nowNs, LayerWish.NOTHING);
        frame(layer, true);
        assertThat(sink.packets).hasSize(6);
        forwarder.setWish(nowNs, LayerWish.ALL);
        frame(layer, false);
        frame(layer, true);
        assertThat(sink.seqs()).endsWith(15, 16, 17);
    }

    @Test
    void aMutedVoiceEndsInASecondOfSilence() {
        Forwarder forwarder = start(Sections.microphone(600, Sections.OPUS), Sections.OPUS);
        audio(111, 1, 42);
        forwarder.source().setMuted(nowNs, true);
        for (int i = 0; i < 150; i++) {
            tick(10);
        }
        assertThat(sink.packets).hasSize(51);
        assertThat(sink.last().view.seq16()).isEqualTo(51);
        assertThat(sink.last().view.timestamp()).isEqualTo(51 * 960);
        assertThat(sink.last().view.payloadLength()).isEqualTo(80);
        assertThat(sink.last().payload(0)).isEqualTo(0xF8);
        forwarder.source().setMuted(nowNs, false);
        audio(111, 77, 43);
        assertThat(sink.last().view.seq16()).isEqualTo(52);
        assertThat(sink.last().view.timestamp()).isEqualTo(77 * 960);
        forwarder.source().setMuted(nowNs, true);
        tick(30);
        forwarder.source().setMuted(nowNs, false);
        tick(100);
        assertThat(sink.packets).hasSize(53);
    }

    @Test
    void aVoiceThatNobodyWantsToHearEndsInSilenceToo() {
        Forwarder forwarder = start(Sections.microphone(600, Sections.OPUS), Sections.OPUS);
        audio(111, 1, 42);
        forwarder.setWish(nowNs, LayerWish.NOTHING);
        forwarder.setWish(nowNs, LayerWish.NOTHING);
        for (int i = 0; i < 150; i++) {
            tick(10);
        }
        assertThat(sink.packets).hasSize(51);
        forwarder.setWish(nowNs, LayerWish.ALL);
        audio(111, 77, 43);
        assertThat(sink.last().view.seq16()).isEqualTo(52);
    }

    @Test
    void silenceInAnEncryptedTrackCarriesTheRoomsTrailer() {
        Forwarder forwarder =
                start(
                        Sections.encrypted(Sections.microphone(600, Sections.OPUS)),
                        OWN_TRAILER,
                        Sections.OPUS);
        audio(111, 1, 42);
        forwarder.source().setMuted(nowNs, true);
        tick(20);
        assertThat(sink.last().view.payloadLength()).isEqualTo(83);
        assertThat(sink.last().payload(0)).isEqualTo(0xF8);
        assertThat(sink.last().payload(82)).isEqualTo('z');
    }

    @Test
    void encryptedTracksWithoutATrailerStaySilentByThemselves() {
        Forwarder forwarder =
                start(
                        Sections.encrypted(Sections.microphone(600, Sections.OPUS)),
                        SendTraits.NONE,
                        Sections.OPUS);
        audio(111, 1, 42);
        forwarder.source().setMuted(nowNs, true);
        tick(2000);
        assertThat(sink.packets).hasSize(1);
    }

    @Test
    void aVp8PictureEndsBlank() {
        Forwarder forwarder = start(Sections.simulcast(Sections.VP8), Sections.VP8);
        Vp8Layer layer = new Vp8Layer(0, 2, 200, 10, 10);
        frame(layer, true);
        int before = sink.last().view.timestamp();
        forwarder.end(nowNs);
        sends.retire(forwarder.stream());
        frame(layer, false);
        for (int i = 0; i < 50; i++) {
            tick(10);
        }
        assertThat(sink.seqs()).containsExactly(10, 11, 12, 13, 14, 15, 16, 17);
        for (int i = 2; i < 8; i++) {
            Subscriber.Received blank = sink.packets.get(i);
            assertThat(blank.view.marker()).isTrue();
            assertThat(descriptor(i).pictureId()).isEqualTo(descriptor(0).pictureId() + i - 1);
            int head = descriptor(i).headerLength();
            assertThat(blank.view.payloadLength() - head).isEqualTo(31);
            assertThat(blank.payload(head)).isEqualTo(0x10);
            assertThat(blank.view.timestamp()).isGreaterThan(before);
            before = blank.view.timestamp();
        }
        assertThat(sends.takeStats(nowNs)).isEmpty();
    }

    @Test
    void anUnsubscriptionDoesNotCutTheBlankOfAnEndedTrackShort() {
        Forwarder forwarder = start(Sections.simulcast(Sections.VP8), Sections.VP8);
        frame(new Vp8Layer(0, 2, 200, 10, 10), true);
        forwarder.end(nowNs);
        tick(50);
        forwarder.end(nowNs);
        sends.retire(forwarder.stream());
        for (int i = 0; i < 50; i++) {
            tick(10);
        }
        assertThat(sink.seqs()).containsExactly(10, 11, 12, 13, 14, 15, 16, 17);
    }

    @Test
    void anH264PictureEndsBlankAndSignedInsideItsLastUnit() {
        Forwarder forwarder =
                start(
                        Sections.encrypted(Sections.single(Sections.H264, 500, false)),
                        OWN_TRAILER,
                        Sections.H264);
        onRtp(maker.begin(102, 500, 1, 1, true).payload(0x67, 1, 2, 3));
        forwarder.end(nowNs);
        tick(1);
        assertThat(sink.packets).hasSize(2);
        Subscriber.Received blank = sink.last();
        assertThat(blank.view.payloadLength()).isEqualTo(47 + 3);
        assertThat(blank.payload(0)).isEqualTo(24);
        assertThat(blank.payload(36)).isEqualTo(10 + 3);
        assertThat(blank.payload(49)).isEqualTo('z');
    }

    @Test
    void nothingIsBlankedThatWasNeverSeen() {
        Forwarder forwarder = start(Sections.simulcast(Sections.VP8), Sections.VP8);
        frame(new Vp8Layer(0, 2, 200, 10, 10), false);
        forwarder.end(nowNs);
        tick(500);
        assertThat(sink.packets).isEmpty();
    }

    @Test
    void paddingOpensATrackForThoseWhoWaitForPackets() {
        start(Sections.simulcast(Sections.VP8), OPENS, Sections.VP8);
        sink.open = false;
        tick(1000);
        assertThat(sink.packets).isEmpty();
        sink.open = true;
        for (int i = 0; i < 60; i++) {
            tick(100);
        }
        assertThat(sink.packets).hasSize(50);
        assertThat(sink.packets).allMatch(p -> p.view.payloadLength() == 0);
        assertThat(sink.packets).allMatch(p -> p.bytes.length - p.view.headerLength() == 20);
        assertThat(sink.last().view.payloadType()).isEqualTo(96);
        int seq = sink.last().view.seq16();
        assertThat(seq - sink.packets.getFirst().view.seq16()).isEqualTo(49);
        int timestamp = sink.last().view.timestamp();
        assertThat(events.log).isEmpty();
        frame(new Vp8Layer(0, 2, 200, 10, 10), true);
        assertThat(sink.seqs()).endsWith(seq, seq + 1, seq + 2);
        assertThat(sink.last().view.timestamp() - timestamp).isPositive();
    }

    @Test
    void nothingOpensWhatASectionCannotTake() {
        start(Sections.single(Sections.H264, 500, false), OPENS, Sections.VP8);
        onRtp(maker.begin(102, 500, 1, 1, true).payload(0x67, 1, 2, 3));
        tick(1000);
        assertThat(sink.packets).isEmpty();
    }

    @Test
    void silenceOpensAVoiceUntilItSpeaks() {
        start(
                Sections.microphone(600, Sections.RED, Sections.OPUS),
                OPENS,
                Sections.RED,
                Sections.OPUS);
        for (int i = 0; i < 30; i++) {
            tick(10);
        }
        assertThat(sink.packets).hasSize(3);
        assertThat(sink.last().view.payloadType()).isEqualTo(111);
        assertThat(sink.last().view.payloadLength()).isEqualTo(80);
        int seq = sink.last().view.seq16();
        red(1, 10, 9);
        for (int i = 0; i < 30; i++) {
            tick(10);
        }
        assertThat(sink.packets).hasSize(4);
        assertThat(sink.last().view.seq16()).isEqualTo(seq + 1);
    }

    @Test
    void takesTrailersOffForThoseWhoDoNotKnowThem() {
        start(
                Sections.single(Sections.H264, 500, false),
                new SendTraits(true, false, "", PlayoutDelay.NONE),
                Sections.H264);
        int[] picture = {0x67, 1, 2, 9, 6 ^ 0xFF, 'L', 'K', 'T', 'S'};
        onRtp(maker.begin(102, 500, 1, 1, true).payload(picture));
        onRtp(maker.begin(102, 500, 2, 1, false).payload(picture));
        assertThat(sink.packets.getFirst().view.payloadLength()).isEqualTo(3);
        assertThat(sink.last().view.payloadLength()).isEqualTo(9);
    }

    @Test
    void asksForAKeyFrameUntilItIsOnTheWishedLayer() {
        Forwarder forwarder = start(Sections.simulcast(Sections.VP8), Sections.VP8);
        Vp8Layer low = new Vp8Layer(0, 1, 200, 10, 10);
        Vp8Layer high = new Vp8Layer(2, 1, 200, 10, 10);
        frame(low, true);
        frame(high, true);
        assertThat(forwarder.currentSpatial()).isEqualTo(2);
        tick(1);
        assertThat(plis).isEmpty();
        forwarder.setWish(nowNs, new LayerWish(false, 0, 3));
        tick(0);
        assertThat(plis).containsExactly(1001L);
        for (int i = 0; i < 11; i++) {
            frame(low, false);
            frame(high, false);
            tick(100);
        }
        assertThat(plis).containsExactly(1001L, 1301L, 1601L, 1901L);
        assertThat(forwarder.currentSpatial()).isEqualTo(2);
        frame(low, true);
        assertThat(forwarder.currentSpatial()).isZero();
        tick(1000);
        assertThat(plis).hasSize(4);
    }

    @Test
    void leavesOutTemporalLayersWithoutGaps() {
        Forwarder forwarder = start(Sections.simulcast(Sections.VP8), Sections.VP8);
        forwarder.setWish(nowNs, new LayerWish(false, 2, 0));
        Vp8Layer layer = new Vp8Layer(0, 2, 200, 10, 10);
        frame(layer, true);
        for (int i = 1; i < 40; i++) {
            layer.beginFrame(i % 4 == 0 ? 0 : 1 + i % 2);
            while (layer.hasNext()) {
                onRtp(layer.next(maker, true));
            }
        }
        assertThat(sink.packets).hasSize(20);
        for (int i = 2; i < 20; i++) {
            assertThat(sink.packets.get(i).view.seq16()).isEqualTo(10 + i);
            assertThat(descriptor(i).pictureId()).isEqualTo(descriptor(0).pictureId() + i / 2);
            assertThat(descriptor(i).temporalId()).isZero();
        }
    }

    @Test
    void rewritesDependencyDescriptors() {
        HeaderExtensionIds ids = Sections.SEND_IDS.with(Extension.DEPENDENCY_DESCRIPTOR, 9);
        Source source = router.configure(Sections.single(Sections.AV1, 500, true));
        new Forwarder(
                nowNs,
                sends.add(Sections.send(MediaKind.VIDEO, 9000, ids, Sections.AV1)),
                source,
                new LayerWish(false, 0, 3),
                sends.allocator());
        described(1, Descriptors.key(10));
        described(2, Descriptors.upperOfKey(11));
        described(3, Descriptors.delta(0, 12));
        assertThat(sink.seqs()).containsExactly(1, 2);
        assertThat(sink.last().view.marker()).isTrue();
        assertThat(sink.packets.getFirst().view.extensionLength(9))
                .isEqualTo(Descriptors.key(10).length);
        assertThat(sink.last().view.extensionLength(9)).isEqualTo(4);
    }

    @Test
    void goesOnWithAnotherSource() {
        Forwarder forwarder = start(Sections.microphone(600, Sections.OPUS), Sections.OPUS);
        audio(111, 1, 1);
        RtpReceiveParameters other = Sections.microphone(600, Sections.OPUS);
        StreamRouter second =
                new StreamRouter(ReceiveSettings.DEFAULTS, (_, _, _) -> {}, events, 1);
        Source next = second.configure(other);
        forwarder.update(nowNs, forwarder.stream().parameters(), next);
        audio(111, 2, 2);
        assertThat(sink.packets).hasSize(1);
        nowNs += 20 * MS;
        second.onRtp(nowNs, maker.begin(111, 600, 5000, 777, false).payload(7));
        assertThat(sink.last().view.seq16()).isEqualTo(2);
        assertThat(sink.last().view.timestamp()).isEqualTo(960 + 960);
        forwarder.close();
        second.onRtp(nowNs, maker.begin(111, 600, 5001, 777, false).payload(7));
        assertThat(sink.packets).hasSize(2);
    }

    private Forwarder start(RtpReceiveParameters receive, CodecParameters... codecs) {
        Source source = router.configure(receive);
        return new Forwarder(
                nowNs,
                sends.add(Sections.send(receive.kind(), 9000, codecs)),
                source,
                LayerWish.ALL,
                sends.allocator());
    }

    private Forwarder start(
            RtpReceiveParameters receive, SendTraits traits, CodecParameters... codecs) {
        Source source = router.configure(receive);
        RtpSendParameters plain = Sections.send(receive.kind(), 9000, codecs);
        return new Forwarder(
                nowNs,
                sends.add(Sections.with(traits, plain)),
                source,
                LayerWish.ALL,
                sends.allocator());
    }

    private Vp8Descriptor descriptor(int index) {
        Subscriber.Received p = sink.packets.get(index);
        Vp8Descriptor d = new Vp8Descriptor();
        assertThat(d.parse(p.bytes, p.view.payloadOffset(), p.view.payloadLength())).isTrue();
        return d;
    }

    private void frame(Vp8Layer layer, boolean key) {
        layer.keyFrameWanted = key;
        layer.beginFrame();
        while (layer.hasNext()) {
            onRtp(layer.next(maker, true));
        }
    }

    private void tick(int ms) {
        nowNs += ms * MS;
        router.onTime(nowNs);
        sends.onTime(nowNs);
    }

    private void red(int seq, int primary, int previous) {
        maker.begin(63, 600, seq, seq * 960L, false);
        int head = (960 << 10) | 1;
        onRtp(maker.payload(0x80 | 111, head >> 16, head >> 8, head, 111, previous, primary));
    }

    private void audio(int type, int seq, int payload) {
        onRtp(maker.begin(type, 600, seq, seq * 960L, false).payload(payload));
    }

    private void described(int seq, byte[] descriptor) {
        maker.begin(45, 500, seq, seq, false).bytes(Sections.DESCRIPTOR, descriptor);
        onRtp(maker.payload(0, 1, 2));
    }

    private void onRtp(RtpPacket packet) {
        router.onRtp(nowNs, packet);
    }
}

package io.parley.sfu.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.Events;
import io.parley.sfu.Sections;
import io.parley.sfu.Subscriber;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.PlayoutDelay;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.rtcp.RtcpHandler;
import io.parley.webrtc.rtcp.RtcpReader;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SendRouterTest implements StreamOwner, RtcpHandler {
    private static final long MS = 1_000_000L;
    private static final int PLAYOUT = 11;
    private static final HeaderExtensionIds PLAYOUT_IDS =
            Sections.SEND_IDS.with(Extension.PLAYOUT_DELAY, PLAYOUT);
    private static final long NTP = NtpTime.ofEpochNs(1_700_000_000_000_000_000L);

    private final byte[] ring = {9, 9, 1, 2, 3, 4};
    private final Events events = new Events();
    private final Subscriber sink = new Subscriber();
    private final SendRouter router = new SendRouter(sink, events, new Random(1));
    private final List<String> log = new ArrayList<>();
    private final RtcpWriter writer = new RtcpWriter();
    private final byte[] buffer = new byte[500];
    private final SendStream stream =
            router.add(Sections.send(MediaKind.VIDEO, 9000, Sections.VP8));
    private long nowNs = 10_000 * MS;
    private boolean clockKnown;

    SendRouterTest() {
        bind(Sections.VP8);
    }

    @Test
    void repeatsOverRtxWithTheOriginalNumberAndTheRewrittenHead() {
        send(65_541);
        assertThat(sink.last().view.seq16()).isEqualTo(5);
        assertThat(events.log).containsExactly("sent 9000");
        nack(5);
        assertThat(sink.packets).hasSize(1);
        nowNs += 100 * MS;
        nack(5);
        Subscriber.Received again = sink.last();
        assertThat(again.view.ssrc()).isEqualTo(9001);
        assertThat(again.view.payloadType()).isEqualTo(97);
        assertThat(again.view.seq16()).isBetween(1 << 15, (1 << 15) + (1 << 14));
        assertThat(RtpBytes.u16(again.bytes, again.view.payloadOffset())).isEqualTo(5);
        assertThat(again.view.unwrapRtx(96, 9000)).isNull();
        assertThat(again.view.payloadLength()).isEqualTo(5);
        assertThat(again.payload(0)).isEqualTo(77);
        assertThat(again.payload(1)).isEqualTo(1);
        assertThat(again.view.marker()).isTrue();
    }

    @Test
    void repeatsThriceAtMost() {
        send(65_541);
        for (int i = 0; i < 6; i++) {
            nowNs += 100 * MS;
            nack(5);
            nack(5);
        }
        assertThat(sink.packets).hasSize(4);
        nack(4);
        nack(900);
        assertThat(sink.packets).hasSize(4);
    }

    /// With AES-GCM another packet under the same number would give the key away.
    @Test
    void repeatsThePacketItselfWithoutRtx() {
        SendStream both = bindBoth(96);
        send(both, 65_541);
        send(both, 65_542);
        nowNs += 100 * MS;
        nack(5);
        assertThat(sink.packets).hasSize(3);
        assertThat(sink.last().view.extensionOffset(Sections.SEND_TIME)).isPositive();
        assertThat(sink.last().view.extensionOffset(Sections.TWCC)).isPositive();
        assertThat(sink.last().bytes).isEqualTo(sink.packets.getFirst().bytes);
    }

    @Test
    void repeatsNothingThatWouldLookOtherwiseNow() {
        SendStream both = bindBoth(96);
        send(both, 65_541);
        nowNs += 100 * MS;
        bind(both, withoutRtx(98));
        nack(5);
        assertThat(sink.packets).hasSize(1);
        send(both, 65_542);
        nowNs += 100 * MS;
        both.update(Sections.send(MediaKind.VIDEO, 9000, Sections.VP8));
        nack(6);
        assertThat(sink.packets).hasSize(2);
    }

    /// A stream whose packets tell when they left in both ways.
    private SendStream bindBoth(int type) {
        router.remove(stream);
        RtpSendParameters usual = Sections.send(MediaKind.VIDEO, 9000, Sections.VP8);
        SendStream both =
                router.add(
                        new RtpSendParameters(
                                usual.id(),
                                usual.source(),
                                usual.kind(),
                                9000,
                                9001,
                                new RtpSendParameters.SendSection(
                                        "5",
                                        List.of(withoutRtx(type)),
                                        Sections.SEND_IDS.with(
                                                HeaderExtensionIds.Extension.TRANSPORT_CC,
                                                Sections.TWCC),
                                        "cname")));
        bind(both, withoutRtx(type));
        return both;
    }

    private static CodecParameters withoutRtx(int type) {
        return new CodecParameters(
                "video/VP8", type, CodecParameters.NO_RTX, 90_000, 0, "", Sections.REPAIR);
    }

    @Test
    void ignoresNacksBetweenPliAndKeyFrame() {
        send(65_541);
        nowNs += 100 * MS;
        writer.begin(buffer, 0);
        writer.pli(1, 9000);
        writer.pli(1, 9000);
        writer.fir(1, 9000, 1);
        onRtcp();
        assertThat(log).containsExactly("picture loss");
        nack(5);
        assertThat(sink.packets).hasSize(1);
        stream.packet().begin(nowNs, 0, 1);
        OutgoingPacket key = stream.packet();
        key.seq = 65_542;
        key.keyFrame = true;
        key.payload(ring, 0, 3);
        stream.send(key);
        nack(5);
        assertThat(sink.packets).hasSize(3);
    }

    @Test
    void reportsEveryThreeSecondsOnceThePublisherReported() {
        send(65_541);
        tick(100);
        assertThat(sink.rtcp).isEmpty();
        tick(500);
        assertThat(sink.rtcp).isEmpty();
        clockKnown = true;
        tick(500);
        assertThat(log).containsExactly("sr 9000 1 5");
        for (int i = 0; i < 12; i++) {
            tick(500);
        }
        assertThat(log).hasSize(3);
    }

    @Test
    void measuresRoundTripLossAndLayerDistance() {
        clockKnown = true;
        send(65_541);
        stream.onLayerDistance(nowNs, 2);
        tick(100);
        assertThat(router.takeStats(nowNs).getFirst().reportAgeMs()).isEqualTo(-1);
        nowNs += 500 * MS;
        stream.onLayerDistance(nowNs, 0);
        nowNs += 500 * MS;
        writer.begin(buffer, 0);
        writer.receiverReport(1);
        int delay = NtpTime.compactOfNs(940 * MS);
        writer.block(9000, 10, 7, 5, 0, NtpTime.compact(NTP), delay);
        onRtcp();
        SendStats stats = router.takeStats(nowNs).getFirst();
        assertThat(stats.rttMs()).isBetween(59, 61);
        assertThat(stats.packetsLost()).isEqualTo(7);
        assertThat(stats.layerDistance()).isEqualTo(1.0);
        assertThat(stats.reportAgeMs()).isZero();
        assertThat(stats.packets()).isZero();
    }

    @Test
    void answersClocksAndNotesEstimates() {
        writer.begin(buffer, 0);
        writer.receiverReferenceTime(77, NTP);
        writer.remb(1, 1_000_000, new int[] {9000}, 1);
        onRtcp();
        assertThat(router.allocator().estimateBps()).isEqualTo(1_000_000);
        new RtcpReader().read(sink.rtcp.getFirst(), 0, sink.rtcp.getFirst().length, this);
        assertThat(log).containsExactly("dlrr 77 0");
    }

    @Test
    void tellsThePlayoutDelayUntilAReportShowsThatItArrived() {
        SendTraits traits = new SendTraits(false, false, "", new PlayoutDelay(100, 500, true));
        stream.update(
                Sections.with(
                        traits, Sections.send(MediaKind.VIDEO, 9000, PLAYOUT_IDS, Sections.VP8)));
        send(10);
        assertThat(playout()).isEqualTo((10 << 12) | 50);
        send(11);
        assertThat(playout()).isEqualTo((10 << 12) | 50);
        report(11, 0);
        send(12);
        assertThat(playout()).isEqualTo(-1);
        nowNs += 1000 * MS;
        report(12, 90 * 40);
        send(13);
        assertThat(playout()).isEqualTo((18 << 12) | 50);
        assertThat(sink.last().view.extensionLength(Sections.SEND_TIME)).isEqualTo(3);
        report(12, 90 * 40);
        send(14);
        assertThat(playout()).isEqualTo((18 << 12) | 50);
        report(14, 90 * 40);
        send(15);
        assertThat(playout()).isEqualTo(-1);
    }

    private int playout() {
        Subscriber.Received last = sink.last();
        int at = last.view.extensionOffset(PLAYOUT);
        return at < 0 ? -1 : RtpBytes.u24(last.bytes, at);
    }

    private void report(int seq, int jitter) {
        writer.begin(buffer, 0);
        writer.receiverReport(1);
        writer.block(9000, 0, 0, seq, jitter, 0, 0);
        onRtcp();
    }

    @Test
    void forgetsARetiredStreamOnceItsOwnerIsDone() {
        send(65_541);
        router.retire(stream);
        assertThat(router.takeStats(nowNs)).isEmpty();
        nowNs += 200 * MS;
        nack(5);
        assertThat(sink.packets).hasSize(1);
    }

    @Test
    void forgetsARemovedStream() {
        send(65_541);
        router.remove(stream);
        nowNs += 200 * MS;
        nack(5);
        assertThat(sink.packets).hasSize(1);
        assertThat(router.takeStats(nowNs)).isEmpty();
    }

    private void bind(CodecParameters codec) {
        bind(stream, codec);
    }

    private void bind(SendStream bound, CodecParameters codec) {
        bound.bind(codec, null);
        bound.attach(this);
    }

    private void send(long seq) {
        send(stream, seq);
    }

    private void send(SendStream by, long seq) {
        OutgoingPacket p = by.packet();
        p.begin(nowNs, 0, seq);
        p.seq = seq;
        p.timestamp = 1234;
        p.marker = true;
        p.codecHead[0] = 77;
        p.codecHeadLength = 1;
        p.codecSkip = 2;
        p.payload(ring, 2, 4);
        by.send(p);
        RtpPacket sent = sink.last().view;
        assertThat(sent.payloadLength()).isEqualTo(5);
    }

    private void nack(int seq16) {
        writer.begin(buffer, 0);
        writer.nack(1, 9000, new int[] {seq16}, 1);
        onRtcp();
    }

    private void onRtcp() {
        assertThat(router.onRtcp(nowNs, buffer, 0, writer.size())).isNull();
    }

    private void tick(int ms) {
        nowNs += ms * MS;
        sink.rtcp.clear();
        router.onTime(nowNs);
        for (byte[] b : sink.rtcp) {
            new RtcpReader().read(b, 0, b.length, this);
        }
    }

    @Override
    public void onPictureLoss(long atNs) {
        log.add("picture loss");
    }

    @Override
    public boolean loadPayload(int layer, long sourceSeq, OutgoingPacket into) {
        into.payload(ring, 0, ring.length);
        return true;
    }

    @Override
    public boolean readClock(long atNs, ReportClock into) {
        into.ntp = NTP;
        into.timestamp = 1;
        return clockKnown;
    }

    @Override
    public long nextWakeNs() {
        return Long.MAX_VALUE;
    }

    @Override
    public void onTime(long atNs) {}

    @Override
    public void onSenderReport(int ssrc, long ntp, int rtp, int packets, int octets) {
        log.add("sr " + ssrc + " " + packets + " " + octets);
    }

    @Override
    public void onDlrr(int senderSsrc, int reporteeSsrc, int lastRr, int delay) {
        log.add("dlrr " + reporteeSsrc + " " + delay);
    }
}

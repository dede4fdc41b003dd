package io.parley.sfu.receive;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.Events;
import io.parley.sfu.PacketMaker;
import io.parley.sfu.Sections;
import io.parley.sfu.Tap;
import io.parley.sfu.Vp8Layer;
import io.parley.webrtc.codec.Codec;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.rtcp.ReportBlock;
import io.parley.webrtc.rtcp.RtcpHandler;
import io.parley.webrtc.rtcp.RtcpReader;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpPacket;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StreamRouterTest implements RtcpHandler {
    private static final long MS = 1_000_000L;

    private final List<String> rtcp = new ArrayList<>();
    private final Events events = new Events();
    private final PacketMaker maker = new PacketMaker();
    private final Tap tap = new Tap(_ -> {});
    private final StreamRouter router =
            new StreamRouter(
                    ReceiveSettings.DEFAULTS,
                    (b, off, len) -> new RtcpReader().read(b, off, len, this),
                    events,
                    1);
    private long nowNs = 1000 * MS;

    @Test
    void learnsLayersFromMidAndRid() {
        Source source = router.configure(Sections.simulcast(Sections.VP8));
        source.attach(tap);
        Vp8Layer high = new Vp8Layer(2, 1, 200, 10, 10);
        high.beginFrame();
        assertThat(onRtp(high.next(maker, true))).isNull();
        high.beginFrame();
        assertThat(onRtp(high.next(maker, false))).isNull();
        assertThat(tap.log).containsExactly("codec", "layers", "packet 10", "packet 11");
        assertThat(events.log).containsExactly("size 2 160x80", "started 2 video/VP8 f");
        assertThat(source.codec()).isEqualTo(Codec.VP8);
        assertThat(source.bestLive(1)).isEqualTo(2);
        assertThat(onRtp(maker.begin(96, 77, 1, 1, false).payload(1)))
                .isEqualTo(ReceiveDropReason.UNKNOWN_SSRC);
        assertThat(onRtp(maker.begin(96, 77, 1, 1, false).text(Sections.MID, "9").payload(1)))
                .isEqualTo(ReceiveDropReason.UNKNOWN_SECTION);
        maker.begin(96, 77, 1, 1, false).text(Sections.MID, "0").text(Sections.RID, "x");
        assertThat(onRtp(maker.payload(1))).isEqualTo(ReceiveDropReason.UNKNOWN_SECTION);
        assertThat(onRtp(maker.begin(96, 0, 1, 1, false).payload(1)))
                .isEqualTo(ReceiveDropReason.PROBE);
        assertThat(onRtp(maker.begin(33, high.ssrc, 1, 1, false).payload(1)))
                .isEqualTo(ReceiveDropReason.UNKNOWN_PAYLOAD_TYPE);
    }

    @Test
    void unwrapsRetransmissionsAndRefusesDuplicates() {
        single();
        assertThat(onRtp(maker.begin(97, 501, 1, 1, false).payload(0, 9, 1)))
                .isEqualTo(ReceiveDropReason.BAD_RETRANSMISSION);
        video(65_535);
        video(1);
        assertThat(onRtp(maker.begin(97, 501, 1, 1, false).payload(0, 0, 0x90, 0, 1))).isNull();
        assertThat(onRtp(maker.begin(97, 501, 2, 1, false).payload(0, 0, 0x90, 0, 1)))
                .isEqualTo(ReceiveDropReason.DUPLICATE);
        assertThat(onRtp(maker.begin(97, 501, 2, 1, false).payload(0x40, 0, 0x90, 0, 1)))
                .isEqualTo(ReceiveDropReason.BAD_RETRANSMISSION);
        assertThat(onRtp(maker.begin(97, 501, 3, 1, false).padding(20)))
                .isEqualTo(ReceiveDropReason.PADDING);
        assertThat(tap.log)
                .containsExactly("codec", "layers", "packet 65535", "packet 1", "packet late 0");
        assertThat(onTime(20)).doesNotContain("nack");
    }

    @Test
    void tellsForwardersOfPadding() {
        single();
        video(10);
        assertThat(onRtp(maker.begin(96, 500, 11, 1, false).padding(20)))
                .isEqualTo(ReceiveDropReason.PADDING);
        assertThat(onRtp(maker.begin(96, 500, 11, 1, false).padding(20)))
                .isEqualTo(ReceiveDropReason.DUPLICATE);
        assertThat(tap.log).endsWith("padding 11");
    }

    @Test
    void asksForLossesByTimer() {
        single();
        video(10);
        video(13);
        assertThat(router.nextWakeNs()).isEqualTo(nowNs + 20 * MS);
        assertThat(onTime(20)).containsExactly("nack 500 11 1");
        video(12);
        assertThat(onTime(80)).containsExactly("nack 500 11 0");
    }

    @Test
    void followsAStreamThatBeginsAnew() {
        Source source = single();
        video(100);
        assertThat(onRtp(packet(40_000))).isEqualTo(ReceiveDropReason.SEQUENCE_JUMP);
        assertThat(onRtp(packet(40_001))).isNull();
        assertThat(onRtp(packet(40_002))).isNull();
        assertThat(tap.log).endsWith("packet 101", "packet 102");
        video(40_005);
        assertThat(onTime(20)).containsExactly("nack 500 40003 1");
        source.detach(tap);
        video(40_006);
        assertThat(tap.log).endsWith("packet 105");
    }

    @Test
    void forwardsNothingOfAMutedSource() {
        Source source = single();
        video(1);
        source.setMuted(nowNs, true);
        assertThat(onRtp(packet(2))).isEqualTo(ReceiveDropReason.MUTED);
        source.requestKeyFrame(nowNs, 0);
        assertThat(onTime(3000)).noneMatch(line -> line.startsWith("pli"));
        assertThat(events.log).noneMatch(line -> line.startsWith("stopped"));
        source.setMuted(nowNs, false);
        assertThat(onTime(1)).containsExactly("pli 500");
        video(3);
        assertThat(tap.log).endsWith("packet 1", "muted true", "muted false", "packet 3");
    }

    @Test
    void stopsALayerThatFallsSilent() {
        single();
        video(1);
        onTime(500);
        onTime(500);
        assertThat(events.log).containsExactly("started 0 video/VP8 ", "stopped 0");
        video(2);
        assertThat(events.log).endsWith("started 0 video/VP8 ");
    }

    @Test
    void seedsAKeyFrameUntilOneComes() {
        single();
        video(1);
        assertThat(rtcp).containsExactly("pli 500");
        assertThat(onTime(1000)).contains("pli 500");
        Vp8Layer layer = new Vp8Layer(0, 1, 200, 2, 2);
        layer.beginFrame();
        RtpPacket key = layer.next(maker, false);
        key.rewriteSsrc(500);
        assertThat(onRtp(key)).isNull();
        assertThat(onTime(1000)).noneMatch(line -> line.startsWith("pli"));
    }

    @Test
    void reportsEachSecondAndMeasuresTheRoundTrip() {
        single();
        byte[] b = new byte[100];
        RtcpWriter writer = new RtcpWriter();
        writer.begin(b, 0);
        writer.senderReport(500, NtpTime.ofEpochNs(1_700_000_000_000_000_000L), 1, 1, 1);
        video(1);
        video(4);
        router.onRtcp(nowNs, b, 0, writer.size());
        assertThat(onTime(1000)).contains("rr 500 lost 2 delay 65536", "xr 500");
        writer.begin(b, 0);
        int lastRr = NtpTime.compact(NtpTime.durationOfNs(nowNs));
        writer.dlrr(9, 500, lastRr, 655);
        nowNs += 60 * MS;
        router.onRtcp(nowNs, b, 0, writer.size());
        assertThat(router.rttMs()).isBetween(49, 51);
        SourceStats stats = router.takeStats().getFirst();
        assertThat(stats.packets()).isEqualTo(2);
        assertThat(stats.packetsLost()).isEqualTo(2);
        assertThat(router.takeStats().getFirst().packets()).isZero();
        assertThat(onTime(1000)).noneMatch(line -> line.startsWith("rr"));
    }

    @Test
    void reportsOfMoreStreamsThanOneReportHolds() {
        for (int i = 0; i < 70; i++) {
            RtpReceiveParameters p = Sections.microphone(600 + i, Sections.OPUS);
            router.configure(
                    new RtpReceiveParameters(
                            "mid" + i,
                            p.kind(),
                            new SourceId(100 + i),
                            p.codecs(),
                            p.extensions(),
                            p.encodings(),
                            p.traits()));
            assertThat(onRtp(maker.begin(111, 600 + i, 1, 1, false).payload(1, 2, 3))).isNull();
        }
        List<String> reports = onTime(1000);
        for (int i = 0; i < 70; i++) {
            assertThat(reports).contains("rr " + (600 + i) + " lost 0 delay 0");
        }
        assertThat(reports).filteredOn(line -> line.startsWith("xr")).hasSize(1);
    }

    @Test
    void aTargetsFaultIsItsOwn() {
        Source source = router.configure(Sections.single(Sections.VP8, 500, false));
        Tap broken = new Tap(StreamRouterTest::fail);
        source.attach(broken);
        source.attach(tap);
        video(1);
        video(2);
        assertThat(broken.log).endsWith("packet 1", "fault bug", "packet 2", "fault bug");
        assertThat(tap.log).endsWith("packet 1", "packet 2");
    }

    private static void fail(SourcePacket packet) {
        throw new IllegalStateException("bug");
    }

    @Test
    void waitsLongerForAFarPublisherEvenIfItNeverTellsTheRoundTrip() {
        Source source = single();
        router.assumeRtt(600 * MS);
        video(1);
        onTime(400);
        rtcp.clear();
        source.requestKeyFrame(nowNs, 0);
        assertThat(rtcp).containsExactly("pli 500");
        source.requestKeyFrame(nowNs, 0);
        assertThat(onTime(500)).doesNotContain("pli 500");
        assertThat(onTime(300)).contains("pli 500");
        assertThat(router.rttMs()).isEqualTo(-1);
    }

    @Test
    void hearsVoices() {
        router.configure(Sections.microphone(600, Sections.OPUS));
        for (int i = 0; i < 21; i++) {
            maker.begin(111, 600, i, i * 960L, false).u8(Sections.LEVEL, 0x80 | 10);
            onRtp(maker.payload(1, 2, 3));
        }
        assertThat(events.log).containsExactly("started 0 audio/opus ", "level");
        assertThat(events.level).isBetween(0.2, 0.22);
        onTime(800);
        assertThat(events.level).isZero();
    }

    @Test
    void tellsTransportArrivals() {
        router.configure(Sections.single(Sections.VP8, 500, false));
        for (int i = 0; i < 30; i++) {
            nowNs += 5 * MS;
            maker.begin(96, 500, i, i, false).u16(Sections.TWCC, i);
            onRtp(maker.payload(0x80, 0, 1));
        }
        assertThat(rtcp).contains("twcc");
    }

    @Test
    void tellsOfFewTransportArrivalsByTimer() {
        router.configure(Sections.single(Sections.VP8, 500, false));
        maker.begin(96, 500, 1, 1, false).u16(Sections.TWCC, 1);
        onRtp(maker.payload(0x80, 0, 1));
        assertThat(onTime(90)).doesNotContain("twcc");
        assertThat(onTime(10)).contains("twcc");
        assertThat(onTime(500)).doesNotContain("twcc");
    }

    @Test
    void forgetsARemovedSection() {
        single();
        video(1);
        router.remove("0");
        assertThat(onRtp(packet(2))).isEqualTo(ReceiveDropReason.UNKNOWN_SSRC);
        assertThat(router.sourceOfMid("0")).isNull();
    }

    private Source single() {
        Source source = router.configure(Sections.single(Sections.VP8, 500, false));
        source.attach(tap);
        return source;
    }

    private void video(int seq) {
        assertThat(onRtp(packet(seq))).isNull();
    }

    private RtpPacket packet(int seq) {
        return maker.begin(96, 500, seq, seq * 3000L, true).payload(0x90, 0, 1);
    }

    private @Nullable ReceiveDropReason onRtp(RtpPacket packet) {
        return router.onRtp(nowNs, packet);
    }

    private List<String> onTime(int ms) {
        rtcp.clear();
        nowNs += ms * MS;
        router.onTime(nowNs);
        return rtcp;
    }

    @Override
    public void onNack(int senderSsrc, int mediaSsrc, int pid, int blp) {
        rtcp.add("nack " + mediaSsrc + " " + pid + " " + blp);
    }

    @Override
    public void onPli(int senderSsrc, int mediaSsrc) {
        rtcp.add("pli " + mediaSsrc);
    }

    @Override
    public void onReportBlock(int senderSsrc, ReportBlock block) {
        String lost = " lost " + block.cumulativeLost();
        rtcp.add("rr " + block.ssrc() + lost + " delay " + block.delaySinceLastSr());
    }

    @Override
    public void onReceiverReferenceTime(int ssrc, long ntp) {
        rtcp.add("xr " + ssrc);
    }

    @Override
    public void onTransportFeedback(io.parley.webrtc.rtcp.TransportFeedback feedback) {
        rtcp.add("twcc");
    }
}

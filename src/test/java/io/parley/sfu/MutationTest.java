package io.parley.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.forward.Forwarder;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.StreamRouter;
import io.parley.sfu.send.SendRouter;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.RtpPacket;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Nothing a publisher sends may break the loop that carries others too.
class MutationTest {
    private static final List<CodecParameters> VIDEO =
            List.of(Sections.VP8, Sections.VP9, Sections.AV1, Sections.H264);

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void survivesAnyPacket(long seed) {
        Random random = new Random(seed);
        Events events = new Events();
        Subscriber sink = new Subscriber();
        StreamRouter router =
                new StreamRouter(ReceiveSettings.DEFAULTS, (_, _, _) -> {}, events, 1);
        SendRouter sends = new SendRouter(sink, events, random);
        boolean svc = random.nextBoolean();
        RtpReceiveParameters receive = Sections.single(VIDEO.getFirst(), 500, svc);
        Source source =
                router.configure(
                        new RtpReceiveParameters(
                                "0",
                                MediaKind.VIDEO,
                                receive.source(),
                                VIDEO.subList((int) (seed % 4), (int) (seed % 4) + 1),
                                receive.extensions(),
                                receive.encodings(),
                                receive.traits()));
        Forwarder forwarder =
                new Forwarder(0, sends.add(section()), source, LayerWish.ALL, sends.allocator());
        byte[] b = new byte[300];
        long nowNs = 0;
        for (int i = 0; i < 40_000; i++) {
            nowNs += random.nextInt(5_000_000);
            onePacket(random, router, b, nowNs, (int) (seed % 4));
            if (i % 50 == 0) {
                LayerWish wish =
                        new LayerWish(random.nextInt(9) == 0, random.nextInt(3), random.nextInt(4));
                forwarder.setWish(nowNs, wish);
                source.setMuted(nowNs, random.nextInt(9) == 0);
            }
            router.onTime(nowNs);
            sends.onTime(nowNs);
            nackSomething(random, sends, nowNs);
        }
        assertThat(sink.count).isPositive();
    }

    private static void onePacket(
            Random random, StreamRouter router, byte[] b, long nowNs, int codec) {
        PacketMaker maker = new PacketMaker();
        int type = VIDEO.get(codec).payloadType();
        boolean rtx = random.nextInt(20) == 0;
        long seq = nowNs / 3_000_000 + random.nextInt(4);
        maker.begin(rtx ? type + 1 : type, rtx ? 501 : 500, seq, nowNs / 11_111, false);
        if (random.nextInt(3) == 0) {
            byte[] descriptor = new byte[1 + random.nextInt(60)];
            random.nextBytes(descriptor);
            maker.bytes(Sections.DESCRIPTOR, descriptor);
        }
        byte[] payload = new byte[random.nextInt(40)];
        random.nextBytes(payload);
        maker.payload(payload, payload.length);
        byte[] bytes = maker.copy();
        System.arraycopy(bytes, 0, b, 0, bytes.length);
        if (random.nextInt(10) == 0) {
            b[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        RtpPacket view = new RtpPacket();
        if (view.wrap(b, 0, bytes.length) == null) {
            router.onRtp(nowNs, view);
        }
    }

    private static void nackSomething(Random random, SendRouter sends, long nowNs) {
        byte[] rtcp = new byte[40];
        RtcpWriter writer = new RtcpWriter();
        writer.begin(rtcp, 0);
        int seq16 = (int) (nowNs / 3_000_000 - random.nextInt(200)) & 0xFFFF;
        writer.nack(1, 9000, new int[] {seq16}, 1);
        sends.onRtcp(nowNs, rtcp, 0, writer.size());
    }

    private static RtpSendParameters section() {
        return Sections.send(
                MediaKind.VIDEO,
                9000,
                Sections.SEND_IDS.with(Extension.DEPENDENCY_DESCRIPTOR, 9),
                VIDEO.toArray(CodecParameters[]::new));
    }
}

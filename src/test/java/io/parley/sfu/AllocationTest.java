package io.parley.sfu;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.parley.sfu.forward.Forwarder;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.StreamRouter;
import io.parley.sfu.send.SendRouter;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AllocationTest {
    private static final long FRAME_NS = 33_000_000L;

    private final List<Vp8Layer> layers =
            List.of(
                    new Vp8Layer(0, 1, 200, 1, 1),
                    new Vp8Layer(1, 2, 700, 2, 2),
                    new Vp8Layer(2, 3, 1000, 3, 3));
    private final PacketMaker maker = new PacketMaker();
    private final Events events = new Events();
    private final StreamRouter router =
            new StreamRouter(ReceiveSettings.DEFAULTS, (_, _, _) -> {}, events, 1);
    private final Source source = router.configure(Sections.simulcast(Sections.VP8));
    private final List<Subscriber> sinks = new ArrayList<>();
    private final List<SendRouter> sends = new ArrayList<>();
    private long nowNs = 1;
    private int transportSeq;

    @Test
    void forwardsWithoutAllocating() {
        subscribe(100, LayerWish.ALL);
        subscribe(200, new LayerWish(false, 0, 3));
        subscribe(300, new LayerWish(false, 2, 0));
        run(3000, true);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long id = Thread.currentThread().threadId();
        run(100, false);
        long packetsBefore = forwarded();
        long before = threads.getThreadAllocatedBytes(id);
        run(20_000, false);
        long bytes = threads.getThreadAllocatedBytes(id) - before;
        long packets = forwarded() - packetsBefore;
        assertThat(packets).isGreaterThan(100_000);
        assertThat(bytes).isLessThan(packets / 10);
    }

    private void subscribe(int ssrc, LayerWish wish) {
        Subscriber sink = new Subscriber();
        sink.keeps = false;
        SendRouter router = new SendRouter(sink, events, new Random(1));
        new Forwarder(
                nowNs,
                router.add(Sections.send(MediaKind.VIDEO, ssrc, Sections.VP8)),
                source,
                wish,
                router.allocator());
        sinks.add(sink);
        sends.add(router);
    }

    private long forwarded() {
        long sum = 0;
        for (Subscriber sink : sinks) {
            sum += sink.count;
        }
        return sum;
    }

    private void run(int frames, boolean named) {
        for (int i = 0; i < frames; i++) {
            nowNs += FRAME_NS;
            for (int layer = 0; layer < 3; layer++) {
                frame(layers.get(layer), named, i);
            }
            if (router.nextWakeNs() <= nowNs) {
                router.onTime(nowNs);
            }
            for (int s = 0; s < sends.size(); s++) {
                if (sends.get(s).nextWakeNs() <= nowNs) {
                    sends.get(s).onTime(nowNs);
                }
            }
        }
    }

    /// Every third frame is of a higher temporal layer, every 50th loses its last packet.
    private void frame(Vp8Layer layer, boolean named, int number) {
        layer.beginFrame(number % 3 == 0 ? 1 : 0);
        while (layer.hasNext()) {
            layer.transportSeq = transportSeq++ & 0xFFFF;
            var packet = layer.next(maker, named);
            if (layer.hasNext() || number % 50 != 0) {
                router.onRtp(nowNs, packet);
            }
        }
    }
}

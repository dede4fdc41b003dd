package io.parley.sfu.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.sfu.Events;
import io.parley.sfu.PacketMaker;
import io.parley.sfu.Sections;
import io.parley.sfu.Tap;
import io.parley.sfu.Vp8Layer;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.StreamRouter;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The rules of media.md §4.3, one selector after the other.
class SelectorTest {
    private final LayerTarget target = new LayerTarget();
    private final PacketMaker maker = new PacketMaker();
    private final List<LayerDecision> decisions = new ArrayList<>();
    private final StreamRouter router =
            new StreamRouter(ReceiveSettings.DEFAULTS, (_, _, _) -> {}, new Events(), 1);
    private LayerSelector selector = new SimulcastSelector(target);
    private int seq;

    @BeforeEach
    void wishAll() {
        aim(2, 3);
    }

    @Test
    void simulcastSwitchesOnKeyFramesOnly() {
        listen(Sections.simulcast(Sections.VP8));
        Vp8Layer[] layers = layers();
        assertThat(frame(layers[0], false)).isEqualTo(LayerDecision.DROP);
        assertThat(frame(layers[0], true)).isEqualTo(LayerDecision.SWITCH);
        assertThat(frame(layers[1], false)).isEqualTo(LayerDecision.DROP);
        assertThat(frame(layers[0], false)).isEqualTo(LayerDecision.FORWARD);
        assertThat(frame(layers[2], true)).isEqualTo(LayerDecision.SWITCH);
        assertThat(frame(layers[0], true)).isEqualTo(LayerDecision.DROP);
        assertThat(frame(layers[1], true)).isEqualTo(LayerDecision.DROP);
        aim(0, 3);
        assertThat(frame(layers[2], false)).isEqualTo(LayerDecision.FORWARD);
        assertThat(frame(layers[1], true)).isEqualTo(LayerDecision.SWITCH);
        assertThat(frame(layers[2], true)).isEqualTo(LayerDecision.DROP);
        assertThat(frame(layers[0], true)).isEqualTo(LayerDecision.SWITCH);
        selector.resync();
        assertThat(frame(layers[0], false)).isEqualTo(LayerDecision.DROP);
        assertThat(frame(layers[0], true)).isEqualTo(LayerDecision.SWITCH);
    }

    @Test
    void simulcastDoesNotBeginAboveTheTarget() {
        listen(Sections.simulcast(Sections.VP8));
        aim(1, 3);
        Vp8Layer[] layers = layers();
        assertThat(frame(layers[2], true)).isEqualTo(LayerDecision.DROP);
        assertThat(frame(layers[1], true)).isEqualTo(LayerDecision.SWITCH);
    }

    @Test
    void vp8TemporalLayersChangeBetweenPictures() {
        listen(Sections.simulcast(Sections.VP8));
        aim(0, 0);
        Vp8Layer layer = layers()[0];
        frame(layer, true);
        aim(0, 2);
        assertThat(selector.currentTemporal()).isZero();
        layer.beginFrame(2);
        send(layer);
        assertThat(selector.currentTemporal()).isEqualTo(2);
        aim(0, 1);
        frame(layer, false);
        assertThat(selector.currentTemporal()).isEqualTo(1);
    }

    @Test
    void vp9ClimbsAndDescendsAsItsDescriptorAllows() {
        selector = new Vp9Selector(target);
        listen(Sections.single(Sections.VP9, 500, true));
        aim(1, 1);
        assertThat(vp9(0, 0, "PBE", false)).isEqualTo(LayerDecision.DROP);
        assertThat(vp9(0, 0, "BE", true)).isEqualTo(LayerDecision.SWITCH);
        assertThat(vp9(1, 0, "BE", false)).isEqualTo(LayerDecision.FORWARD_MARKED);
        assertThat(vp9(2, 0, "BE", false)).isEqualTo(LayerDecision.DROP);
        assertThat(vp9(0, 1, "PBE", false)).isEqualTo(LayerDecision.DROP);
        assertThat(vp9(0, 1, "PUBE", false)).isEqualTo(LayerDecision.FORWARD);
        assertThat(vp9(1, 1, "PBE", false)).isEqualTo(LayerDecision.FORWARD_MARKED);
        aim(2, 1);
        assertThat(vp9(2, 0, "PBE", false)).isEqualTo(LayerDecision.DROP);
        assertThat(vp9(2, 0, "BE", false)).isEqualTo(LayerDecision.FORWARD_MARKED);
        aim(0, 0);
        assertThat(vp9(0, 0, "PBE", false)).isEqualTo(LayerDecision.FORWARD);
        assertThat(vp9(1, 0, "PBE", false)).isEqualTo(LayerDecision.DROP);
        assertThat(vp9(0, 1, "PUBE", false)).isEqualTo(LayerDecision.DROP);
        assertThat(vp9(0, 0, "PBE", false)).isEqualTo(LayerDecision.FORWARD_MARKED);
    }

    @Test
    void descriptorsKeepUnbrokenChainsOnly() {
        selector = new SvcSelector(target, new Vp9Selector(target));
        listen(Sections.single(Sections.AV1, 500, true));
        aim(0, 0);
        assertThat(described(Descriptors.delta(0, 9))).isEqualTo(LayerDecision.DROP);
        assertThat(described(Descriptors.key(10))).isEqualTo(LayerDecision.SWITCH_MARKED);
        assertThat(described(Descriptors.upperOfKey(11))).isEqualTo(LayerDecision.DROP);
        assertThat(selector.forwardedTargets()).isEqualTo(1);
        assertThat(described(Descriptors.delta(0, 12))).isEqualTo(LayerDecision.FORWARD_MARKED);
        assertThat(described(Descriptors.delta(1, 13))).isEqualTo(LayerDecision.DROP);
        aim(1, 0);
        assertThat(described(Descriptors.delta(0, 14))).isEqualTo(LayerDecision.FORWARD_MARKED);
        assertThat(described(Descriptors.delta(1, 15))).isEqualTo(LayerDecision.DROP);
        assertThat(selector.currentSpatial()).isZero();
        assertThat(described(Descriptors.key(16))).isEqualTo(LayerDecision.FORWARD);
        assertThat(described(Descriptors.upperOfKey(17))).isEqualTo(LayerDecision.FORWARD_MARKED);
        assertThat(described(Descriptors.delta(0, 18))).isEqualTo(LayerDecision.DROP);
        assertThat(described(Descriptors.delta(1, 19))).isEqualTo(LayerDecision.FORWARD_MARKED);
        assertThat(selector.forwardedTargets()).isEqualTo(3);
        assertThat(described(Descriptors.delta(0, 22))).isEqualTo(LayerDecision.DROP);
        assertThat(described(Descriptors.delta(1, 23))).isEqualTo(LayerDecision.FORWARD_MARKED);
        aim(0, 0);
        assertThat(described(Descriptors.delta(0, 24))).isEqualTo(LayerDecision.DROP);
        assertThat(described(Descriptors.delta(1, 25))).isEqualTo(LayerDecision.FORWARD_MARKED);
        assertThat(described(Descriptors.key(26))).isEqualTo(LayerDecision.FORWARD_MARKED);
        assertThat(described(Descriptors.upperOfKey(27))).isEqualTo(LayerDecision.DROP);
        assertThat(selector.currentSpatial()).isZero();
    }

    private void aim(int spatial, int temporal) {
        target.spatial = spatial;
        target.maxSpatial = spatial;
        target.temporal = temporal;
    }

    private void listen(RtpReceiveParameters parameters) {
        router.configure(parameters).attach(new Tap(p -> decisions.add(selector.select(p))));
    }

    private static Vp8Layer[] layers() {
        return new Vp8Layer[] {
            new Vp8Layer(0, 1, 99, 1, 1), new Vp8Layer(1, 1, 99, 1, 1), new Vp8Layer(2, 1, 99, 1, 1)
        };
    }

    private LayerDecision frame(Vp8Layer layer, boolean key) {
        layer.keyFrameWanted = key;
        layer.beginFrame();
        return send(layer);
    }

    private LayerDecision send(Vp8Layer layer) {
        assertThat(router.onRtp(1, layer.next(maker, true))).isNull();
        return decisions.getLast();
    }

    private LayerDecision vp9(int sid, int tid, String flags, boolean key) {
        int first = 0x20;
        first |= flags.contains("P") ? 0x40 : 0;
        first |= flags.contains("B") ? 0x08 : 0;
        first |= flags.contains("E") ? 0x04 : 0;
        int layer = (tid << 5) | (sid << 1) | (flags.contains("U") ? 0x10 : 0);
        maker.begin(98, 500, seq++, seq, false);
        assertThat(router.onRtp(1, maker.payload(first, layer, 0, key ? 0x80 : 0x84))).isNull();
        return decisions.getLast();
    }

    private LayerDecision described(byte[] descriptor) {
        maker.begin(45, 500, seq++, seq, false).bytes(Sections.DESCRIPTOR, descriptor);
        assertThat(router.onRtp(1, maker.payload(0, 1, 2))).isNull();
        return decisions.getLast();
    }
}

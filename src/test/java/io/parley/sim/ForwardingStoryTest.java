package io.parley.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.parley.webrtc.ice.IceState;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A simulcast publisher, the forwarding core and its subscribers, with packets lost on every leg.
class ForwardingStoryTest {
    private static final long MS = SimNetwork.MS;
    private static final int VP8 = 96;
    private static final int RTX = 97;
    private static final SourceId SOURCE = new SourceId(1);
    private static final HeaderExtensionIds IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.MID, 4)
                    .with(Extension.RID, 10)
                    .with(Extension.REPAIRED_RID, 11);
    private static final CodecParameters CODEC =
            new CodecParameters(
                    "video/VP8",
                    VP8,
                    RTX,
                    90_000,
                    0,
                    "",
                    Set.of(RtcpFeedback.NACK, RtcpFeedback.NACK_PLI));
    private static final RtpReceiveParameters RECEIVE =
            new RtpReceiveParameters(
                    "0",
                    MediaKind.VIDEO,
                    SOURCE,
                    List.of(CODEC),
                    IDS,
                    List.of(
                            new EncodingParameters("q", 0, 0, 0),
                            new EncodingParameters("h", 1, 0, 0),
                            new EncodingParameters("f", 2, 0, 0)),
                    new RtpReceiveParameters.TrackTraits(false, false, false, false));

    /// The publisher's own side: a camera behind a transport.
    private static final class Camera
            implements SimTransport.Listener, SimNetwork.Actor, SyntheticVideo.Sink {
        final SimTransport transport;
        final SyntheticVideo video;
        private long nextFrameNs = Long.MAX_VALUE;

        Camera(SimNetwork network, String address) {
            transport = new SimTransport(network, address, true, this);
            video =
                    new SyntheticVideo(
                            new SyntheticVideo.Section("0", VP8, RTX, IDS, List.of("q", "h", "f")),
                            network.random,
                            this);
            network.add(this);
        }

        void start() {
            nextFrameNs = transport.network.nowNs;
        }

        void stop() {
            nextFrameNs = Long.MAX_VALUE;
        }

        @Override
        public void sendRtp(byte[] packet, int headerLength, int length) {
            transport.sendRtp(packet, headerLength, length);
        }

        @Override
        public void sendRtcp(byte[] packet, int offset, int length) {
            transport.sendRtcp(packet, offset, length);
        }

        @Override
        public void onRtcp(long nowNs, byte[] packet, int length) {
            video.onRtcp(packet, 0, length);
        }

        @Override
        public long nextWakeNs() {
            return nextFrameNs;
        }

        @Override
        public void onTime(long nowNs) {
            if (video.frames() % 30 == 0) {
                video.sendReports(nowNs);
            }
            video.sendFrame(nowNs);
            nextFrameNs = nowNs + 33 * MS;
        }
    }

    /// A subscriber's own side: a screen that asks for what it misses.
    private static final class Screen implements SimTransport.Listener, SimNetwork.Actor {
        final SimTransport transport;
        final CheckedVideo video;
        private final byte[] buffer = new byte[1500];
        private long nextNs;

        Screen(SimNetwork network, String address, int ssrc) {
            transport = new SimTransport(network, address, true, this);
            video = new CheckedVideo(ssrc, ssrc + 1, VP8, RTX);
            nextNs = network.nowNs;
            network.add(this);
        }

        @Override
        public void onRtp(long nowNs, byte[] packet, int length) {
            if (!video.onRtp(nowNs, packet, length)) {
                throw new AssertionError("packet of a stream never announced");
            }
        }

        @Override
        public long nextWakeNs() {
            return nextNs;
        }

        @Override
        public void onTime(long nowNs) {
            nextNs = nowNs + 10 * MS;
            int length = video.writeFeedback(nowNs, buffer);
            if (length > 0) {
                transport.sendRtcp(buffer, 0, length);
            }
        }
    }

    private static final class Story {
        final SimNetwork network;
        final SimSfu sfu;
        final Camera camera;
        final Screen[] screens = new Screen[2];
        final SimSfu.Subscriber[] subscribers = new SimSfu.Subscriber[2];

        Story(long seed) {
            network = new SimNetwork(seed);
            sfu = new SimSfu(network, "198.51.100.1:7882", RECEIVE);
            camera = new Camera(network, "192.0.2.1:4000");
            SimTransport.introduce(camera.transport, sfu.publisher.transport);
            for (int i = 0; i < screens.length; i++) {
                int ssrc = 1_000 + 10 * i;
                screens[i] = new Screen(network, "192.0.2.%d:4000".formatted(i + 2), ssrc);
                subscribers[i] =
                        sfu
                        .new Subscriber(
                                "198.51.100.1:%d".formatted(8_000 + i),
                                sendParameters(i, ssrc),
                                LayerWish.ALL);
                SimTransport.introduce(screens[i].transport, subscribers[i].transport);
            }
            network.always(this::checkTransports);
        }

        private static RtpSendParameters sendParameters(int index, int ssrc) {
            return new RtpSendParameters(
                    new SendId(index),
                    SOURCE,
                    MediaKind.VIDEO,
                    ssrc,
                    ssrc + 1,
                    new RtpSendParameters.SendSection(
                            "1", List.of(CODEC), HeaderExtensionIds.NONE, "stream"));
        }

        private void checkTransports() {
            for (Screen screen : screens) {
                if (screen.transport.refused > 0) {
                    throw new AssertionError("a forwarded packet did not open");
                }
            }
            if (sfu.publisher.transport.refused > 0) {
                throw new AssertionError("a published packet did not open");
            }
        }

        void connect() {
            boolean found =
                    network.runUntil(
                            () ->
                                    network.nowNs > 3_000 * MS
                                            && camera.transport.ice.isNominated()
                                            && screens[0].transport.ice.isNominated()
                                            && screens[1].transport.ice.isNominated(),
                            20_000);
            check(found, "ice connects");
            check(camera.transport.ice.state() == IceState.CONNECTED, "connected");
        }

        void wish(int subscriber, int spatial) {
            subscribers[subscriber].forwarder.setWish(
                    network.nowNs, new LayerWish(false, spatial, 3));
        }

        void reaches(int screen, int layer) {
            boolean reached =
                    network.runUntil(() -> screens[screen].video.layer() == layer, 10_000);
            check(
                    reached,
                    "screen %d shows layer %d, not %d"
                            .formatted(screen, screens[screen].video.layer(), layer));
        }

        /// The camera goes on while the last holes are filled.
        void settle() {
            int givenUp = screens[0].video.givenUp() + screens[1].video.givenUp();
            check(givenUp <= 2, givenUp + " packets were never repaired");
            camera.stop();
            network.loss = 0;
            network.runMs(3_000);
            for (Screen screen : screens) {
                check(screen.video.stillMissing() == 0, "holes remain at the end");
            }
        }

        void check(boolean condition, String what) {
            if (!condition) {
                throw network.failure(new AssertionError(what));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {101, 102, 103, 104, 105, 106})
    void everySubscriberGetsAContinuousStreamOfTheLayerItWishes(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.05;
        story.network.jitterNs = 8 * MS;
        story.connect();
        story.camera.start();
        story.reaches(0, 2);
        story.reaches(1, 2);
        story.network.runMs(3_000);
        story.wish(1, 0);
        story.reaches(1, 0);
        story.network.runMs(2_000);
        story.wish(1, 1);
        story.reaches(1, 1);
        story.wish(0, 0);
        story.reaches(0, 0);
        story.network.runMs(2_000);
        story.wish(0, 2);
        story.reaches(0, 2);
        story.network.runMs(3_000);
        story.settle();
        for (Screen screen : story.screens) {
            assertThat(screen.video.frames()).as("frames, seed %d", seed).isGreaterThan(200);
            assertThat(screen.video.repaired()).isGreaterThan(20);
            assertThat(screen.video.switches()).isGreaterThanOrEqualTo(2);
            assertThat(screen.video.duplicates()).isLessThan(screen.video.repaired());
        }
        assertThat(story.camera.video.retransmissions()).isPositive();
    }

    @ParameterizedTest
    @ValueSource(longs = {111, 112, 113, 114})
    void withoutLossNothingIsAskedForTwiceAndNothingRepaired(long seed) {
        var story = new Story(seed);
        story.connect();
        story.camera.start();
        story.reaches(0, 2);
        story.reaches(1, 2);
        story.network.runMs(5_000);
        story.settle();
        for (Screen screen : story.screens) {
            assertThat(screen.video.repaired()).isZero();
            assertThat(screen.video.duplicates()).isZero();
            assertThat(screen.video.givenUp()).isZero();
        }
        assertThat(story.camera.video.retransmissions()).isZero();
        assertThat(story.camera.video.keyFrameRequests()).isLessThanOrEqualTo(9);
    }

    @ParameterizedTest
    @ValueSource(longs = {121, 122, 123, 124})
    void aLayerThatStopsIsReplacedByTheNextBestAndComesBack(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.02;
        story.connect();
        story.camera.start();
        story.reaches(0, 2);
        story.network.runMs(1_000);
        story.camera.video.setActive(2, false);
        story.reaches(0, 1);
        story.network.runMs(1_000);
        story.camera.video.setActive(2, true);
        story.reaches(0, 2);
        story.network.runMs(1_000);
        story.settle();
    }

    @ParameterizedTest
    @ValueSource(longs = {131, 132, 133, 134})
    void aPausedSubscriberGoesOnWithAKeyFrame(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.02;
        story.connect();
        story.camera.start();
        story.reaches(0, 2);
        for (int i = 0; i < 5; i++) {
            story.network.runMs(700);
            story.subscribers[0].forwarder.setWish(story.network.nowNs, LayerWish.NOTHING);
            story.network.runMs(700);
            int before = story.screens[0].video.frames();
            story.wish(0, i % 3);
            boolean resumed =
                    story.network.runUntil(
                            () -> story.screens[0].video.frames() > before + 10, 10_000);
            story.check(resumed, "goes on after pause " + i);
        }
        story.settle();
    }

    @ParameterizedTest
    @ValueSource(longs = {141, 142, 143, 144})
    void aMutedSourceIsSilentAndComesBack(long seed) {
        var story = new Story(seed);
        story.network.loss = 0.02;
        story.connect();
        story.camera.start();
        story.reaches(0, 2);
        story.reaches(1, 2);
        story.network.runMs(1_000);
        story.sfu.source.setMuted(story.network.nowNs, true);
        story.network.runMs(500);
        int before = story.screens[0].video.frames();
        story.network.runMs(1_000);
        story.check(story.screens[0].video.frames() <= before + 1, "muted, yet frames come");
        story.sfu.source.setMuted(story.network.nowNs, false);
        boolean resumed =
                story.network.runUntil(
                        () ->
                                story.screens[0].video.frames() > before + 30
                                        && story.screens[1].video.layer() == 2,
                        10_000);
        story.check(resumed, "comes back after the mute");
        story.settle();
    }
}

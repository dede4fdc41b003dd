package io.parley.media;

import io.parley.metrics.MediaCounters;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpReceiveParameters.TrackTraits;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Plays a small room on a plane, over its real ports: one who sends sound, pictures in three
/// layers and data, five who get them. Only training runs do it: the AOT cache then holds the
/// classes of the packet's way and their profiles, and a fresh server compiles what is hot at once
/// and well. The browsers' ends are peers of a second plane with a loop, thus a port, for each.
final class Rehearsal {
    private static final Logger log = LoggerFactory.getLogger(Rehearsal.class);
    private static final int SUBSCRIBERS = 5;
    private static final int ENDS = 1 + SUBSCRIBERS;
    private static final String RELIABLE = "_reliable";
    private static final int DATA_BYTES = 200;

    /// More pictures than any camera takes, so that little time is enough.
    private static final long FRAME_NS = 5_000_000;

    private static final int FRAMES_PER_SOUND = 4;
    private static final int FRAMES_PER_MESSAGE = 2;
    private static final int FRAMES_PER_CHANGE = 50;

    private static final HeaderExtensionIds SENT_IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.DEPENDENCY_DESCRIPTOR, 1)
                    .with(Extension.ABS_CAPTURE_TIME, 2)
                    .with(Extension.ABS_SEND_TIME, 3);

    private final RoomMedia room;
    private final MediaPlane browsers;

    private final List<SendId> pictures = new ArrayList<>();

    private Rehearsal(MediaPlane plane, MediaPlane browsers) {
        this.room = plane.place(Runnable::run);
        this.browsers = browsers;
    }

    /// Some rounds of connections that come and go, then so long a show. The plane is afterwards as
    /// it was.
    static void play(MediaPlane plane, int rounds, Duration show)
            throws IOException, InterruptedException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        var settings =
                new MediaSettings(
                        Collections.nCopies(ENDS, 0),
                        MediaSettings.NO_TCP,
                        List.of(loopback),
                        List.of(loopback),
                        false);
        try (MediaPlane browsers = MediaPlane.start(settings, new MediaCounters())) {
            var rehearsal = new Rehearsal(plane, browsers);
            for (int i = 0; i < rounds; i++) {
                rehearsal.comeAndGo();
            }
            rehearsal.show(show);
            MediaCounters counters = plane.counters();
            log.info(
                    "rehearsed datagramsIn={} datagramsOut={} retransmitted={}",
                    counters.datagramsIn(),
                    counters.datagramsOut(),
                    counters.retransmitted());
        }
    }

    private void comeAndGo() throws IOException, InterruptedException {
        List<RehearsalPair> pairs = new ArrayList<>();
        try {
            for (int i = 0; i < ENDS; i++) {
                pairs.add(introduced(i, _ -> {}));
            }
            awaitConnected(pairs);
        } finally {
            close(pairs);
        }
    }

    private RehearsalPair introduced(int end, PeerListener onServer) {
        var pair = new RehearsalPair(room, browsers, end, onServer);
        var channel = new PeerCommand.OpenDataChannel(RELIABLE, true, -1);
        if (end == 0) {
            pair.tellBrowser(channel);
        } else {
            pair.tellServer(channel);
        }
        pair.introduce();
        return pair;
    }

    private static void awaitConnected(List<RehearsalPair> pairs)
            throws IOException, InterruptedException {
        for (RehearsalPair pair : pairs) {
            if (!pair.awaitConnected()) {
                throw new IOException("a rehearsed peer did not connect");
            }
        }
    }

    private static void close(List<RehearsalPair> pairs) throws IOException, InterruptedException {
        pairs.forEach(RehearsalPair::close);
        for (RehearsalPair pair : pairs) {
            if (!pair.awaitClosed()) {
                throw new IOException("a rehearsed peer did not close");
            }
        }
    }

    private void show(Duration time) throws IOException, InterruptedException {
        List<RehearsalPair> subscribers = new ArrayList<>();
        List<RehearsalPair> all = new ArrayList<>();
        try {
            for (int end = 1; end < ENDS; end++) {
                subscribers.add(introduced(end, _ -> {}));
            }
            all.addAll(subscribers);
            var publisher = introduced(0, event -> passOn(event, subscribers));
            all.add(publisher);
            awaitConnected(all);
            publish(publisher, subscribers);
            perform(publisher, subscribers, time);
        } finally {
            close(all);
        }
    }

    private static void passOn(PeerEvent event, List<RehearsalPair> subscribers) {
        if (event instanceof PeerEvent.DataReceived data) {
            subscribers.forEach(each ->
                    each.tellServer(
                            new PeerCommand.SendData(
                                    data.label(), data.isBinary(), data.payload())));
        }
    }

    private void publish(RehearsalPair publisher, List<RehearsalPair> subscribers) {
        SourceId audio = room.newSourceId();
        SourceId video = room.newSourceId();
        publisher.tellServer(new PeerCommand.Receive(RehearsalCamera.audioSection(audio)));
        publisher.tellServer(new PeerCommand.Receive(RehearsalCamera.videoSection(video)));
        for (int i = 0; i < subscribers.size(); i++) {
            RehearsalPair subscriber = subscribers.get(i);
            subscribe(subscriber, MediaKind.AUDIO, audio, 10_000 + 10 * i);
            pictures.add(subscribe(subscriber, MediaKind.VIDEO, video, 20_000 + 10 * i));
        }
    }

    private SendId subscribe(RehearsalPair subscriber, MediaKind kind, SourceId source, int ssrc) {
        boolean video = kind == MediaKind.VIDEO;
        CodecParameters codec = video ? RehearsalCamera.VP8 : RehearsalCamera.OPUS;
        int rtxSsrc = video ? ssrc + 1 : 0;
        String mid = video ? "2" : "1";
        SendId id = room.newSendId();
        subscriber.tellBrowser(
                new PeerCommand.Receive(
                        new RtpReceiveParameters(
                                mid,
                                kind,
                                new SourceId(ssrc),
                                List.of(codec),
                                SENT_IDS,
                                List.of(new EncodingParameters("", 0, ssrc, rtxSsrc)),
                                new TrackTraits(false, false, false, false))));
        subscriber.tellServer(
                new PeerCommand.Send(
                        new RtpSendParameters(
                                id,
                                source,
                                kind,
                                ssrc,
                                rtxSsrc,
                                new RtpSendParameters.SendSection(
                                        mid, List.of(codec), SENT_IDS, "rehearsal")),
                        LayerWish.ALL));
        return id;
    }

    private void perform(RehearsalPair publisher, List<RehearsalPair> subscribers, Duration time) {
        var camera = new RehearsalCamera(publisher.browserMedia());
        long frames = time.toNanos() / FRAME_NS;
        for (int frame = 0; frame < frames; frame++) {
            int number = frame;
            publisher.playBrowser(() -> shoot(camera, publisher.browserNowNs(), number));
            if (frame % FRAMES_PER_MESSAGE == 0) {
                publisher.tellBrowser(
                        new PeerCommand.SendData(RELIABLE, true, new byte[DATA_BYTES]));
            }
            if (frame % FRAMES_PER_CHANGE == 0) {
                publisher.tellServer(new PeerCommand.ReportStats());
                subscribers.forEach(each -> each.tellServer(new PeerCommand.ReportStats()));
                look(subscribers, frame / FRAMES_PER_CHANGE);
            }
            LockSupport.parkNanos(FRAME_NS);
        }
    }

    private static void shoot(RehearsalCamera camera, long nowNs, int frame) {
        if (frame % FRAMES_PER_CHANGE == 0) {
            camera.sendReports(nowNs, System.currentTimeMillis());
        }
        if (frame % FRAMES_PER_SOUND == 0) {
            camera.sendSound(nowNs);
        }
        camera.sendFrame(nowNs);
    }

    /// One of them makes the window small, the one before makes it large again.
    private void look(List<RehearsalPair> subscribers, int turn) {
        int count = subscribers.size();
        wish(subscribers, turn % count, new LayerWish(false, turn % 2, LayerWish.TOP_TEMPORAL));
        wish(subscribers, (turn + count - 1) % count, LayerWish.ALL);
    }

    private void wish(List<RehearsalPair> subscribers, int index, LayerWish wish) {
        subscribers.get(index).tellServer(new PeerCommand.SetLayerWish(pictures.get(index), wish));
    }
}

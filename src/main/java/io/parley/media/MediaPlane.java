package io.parley.media;

import io.parley.metrics.MediaCounters;
import io.parley.webrtc.dtls.DtlsCertificate;
import io.parley.webrtc.dtls.DtlsHandshakes;
import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ice.IceCandidate;
import io.parley.webrtc.ice.Transport;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.io.IOException;
import java.net.InetAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The media side of a node: its loops, its certificate, its handshake threads. Any thread may call
/// it.
public final class MediaPlane implements AutoCloseable {
    private final MediaSettings settings;
    private final MediaCounters counters;

    private final SecureRandom random = new SecureRandom();
    private final DtlsCertificate certificate;
    private final DtlsHandshakes handshakes = new DtlsHandshakes();
    private final List<MediaLoop> loops = new ArrayList<>();
    private final Map<String, MediaLoop> loopsByFragment = new ConcurrentHashMap<>();
    private final AtomicLong ids = new AtomicLong();

    private MediaPlane(MediaSettings settings, MediaCounters counters) {
        this.settings = settings;
        this.counters = counters;
        this.certificate = DtlsCertificate.generate(random, Instant.now());
    }

    /// Opens every port and starts the loops.
    public static MediaPlane start(MediaSettings settings, MediaCounters counters)
            throws IOException {
        var plane = new MediaPlane(settings, counters);
        try {
            for (int i = 0; i < settings.udpPorts().size(); i++) {
                plane.loops.add(new MediaLoop(i, plane, settings, counters));
            }
        } catch (IOException e) {
            plane.loops.forEach(loop -> loop.port().close());
            throw e;
        }
        plane.loops.forEach(MediaLoop::start);
        Thread.ofVirtual()
                .name("warm-up")
                .start(new WarmUp(plane.certificate, plane.handshakes)::run);
        return plane;
    }

    /// A place for a new room on the least loaded loop; its events come through the room's
    /// executor.
    public RoomMedia place(Executor roomContext) {
        MediaLoop loop = loops.stream().min(Comparator.comparingInt(MediaLoop::load)).orElseThrow();
        return new PlacedRoom(loop, roomContext);
    }

    private final class PlacedRoom implements RoomMedia {
        private final MediaLoop loop;
        private final Executor context;
        private final HandshakeGroup handshakes = new HandshakeGroup();

        PlacedRoom(MediaLoop loop, Executor context) {
            this.loop = loop;
            this.context = context;
        }

        @Override
        public PeerProxy openPeer(PeerSettings peerSettings, PeerListener listener) {
            PeerListener onContext = event -> context.execute(() -> listener.onPeerEvent(event));
            var peer = new Peer(loop, MediaPlane.this, handshakes, peerSettings, onContext);
            loop.execute(peer::open);
            return command -> loop.execute(() -> peer.runCommand(command));
        }

        @Override
        public List<String> localCandidates() {
            return candidatesOf(loop);
        }

        @Override
        public DtlsFingerprint fingerprint() {
            return new DtlsFingerprint(
                    certificate.fingerprint().algorithm(), certificate.fingerprint().value());
        }

        @Override
        public SourceId newSourceId() {
            return new SourceId(ids.incrementAndGet());
        }

        @Override
        public SendId newSendId() {
            return new SendId(ids.incrementAndGet());
        }
    }

    /// Plays what a busy plane does, for a training run: so many rounds of connections, so long a
    /// show. See [Rehearsal].
    public void rehearse(int rounds, Duration show) throws IOException, InterruptedException {
        Rehearsal.play(this, rounds, show);
    }

    private List<String> candidatesOf(MediaLoop loop) {
        List<String> lines = new ArrayList<>();
        int preference = 0;
        for (InetAddress address : settings.advertised()) {
            String host = address.getHostAddress();
            int zone = host.indexOf('%');
            String bare = zone < 0 ? host : host.substring(0, zone);
            if (!settings.forceTcp()) {
                int udpPort = loop.port().udpPort();
                lines.add(IceCandidate.host(Transport.UDP, bare, udpPort, preference).format());
            }
            if (tcpPort() > 0) {
                lines.add(IceCandidate.host(Transport.TCP, bare, tcpPort(), preference).format());
            }
            preference++;
        }
        return List.copyOf(lines);
    }

    private int tcpPort() {
        return loops.getFirst().port().tcpPort();
    }

    /// The UDP ports that are really open, for those who asked for any (0).
    public List<Integer> udpPorts() {
        return loops.stream().map(loop -> loop.port().udpPort()).toList();
    }

    /// How long each loop has been at work since its start.
    public List<Long> busyNs() {
        return loops.stream().map(MediaLoop::busyNs).toList();
    }

    public int openTcpPort() {
        return tcpPort();
    }

    MediaSettings settings() {
        return settings;
    }

    MediaCounters counters() {
        return counters;
    }

    DtlsCertificate certificate() {
        return certificate;
    }

    DtlsHandshakes handshakes() {
        return handshakes;
    }

    SecureRandom random() {
        return random;
    }

    void learn(String fragment, MediaLoop loop) {
        loopsByFragment.put(fragment, loop);
    }

    void unlearn(String fragment) {
        loopsByFragment.remove(fragment);
    }

    List<MediaLoop> loops() {
        return loops;
    }

    int knownFragments() {
        return loopsByFragment.size();
    }

    @Nullable MediaLoop loopOf(String fragment) {
        return loopsByFragment.get(fragment);
    }

    @Override
    public void close() {
        loops.forEach(MediaLoop::stop);
        handshakes.close();
    }
}

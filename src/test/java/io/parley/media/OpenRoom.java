package io.parley.media;

import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// A room on a loop of its plane that lets a test at its peers, on their loop, and lets their
/// listener fail.
final class OpenRoom implements RoomMedia {
    private final MediaPlane plane;
    private final MediaLoop loop;
    private final RoomMedia placed;
    private final List<Peer> peers = new CopyOnWriteArrayList<>();
    private volatile Predicate<PeerEvent> fatal = _ -> false;

    OpenRoom(MediaPlane plane) {
        this.plane = plane;
        this.loop = plane.loops().getFirst();
        this.placed = plane.place(Runnable::run);
    }

    /// Peers opened from now on fault when they tell of such an event.
    void failOn(Predicate<PeerEvent> event) {
        fatal = event;
    }

    @Override
    public PeerProxy openPeer(PeerSettings settings, PeerListener listener) {
        Predicate<PeerEvent> failing = fatal;
        PeerListener failed =
                event -> {
                    if (failing.test(event)) {
                        throw new IllegalStateException("planted fault");
                    }
                    listener.onPeerEvent(event);
                };
        var peer = new Peer(loop, plane, new HandshakeGroup(), settings, failed);
        peers.add(peer);
        loop.execute(peer::open);
        return command -> loop.execute(() -> peer.runCommand(command));
    }

    MediaLoop loop() {
        return loop;
    }

    /// In the order of their opening.
    Peer peer(int index) {
        return peers.get(index);
    }

    /// Runs on the loop and waits for it.
    void onLoop(Consumer<MediaLoop> action) {
        var done = new CompletableFuture<Void>();
        loop.execute(() -> {
            try {
                action.accept(loop);
                done.complete(null);
            } catch (RuntimeException | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        done.join();
    }

    @Override
    public List<String> localCandidates() {
        return placed.localCandidates();
    }

    @Override
    public DtlsFingerprint fingerprint() {
        return placed.fingerprint();
    }

    @Override
    public SourceId newSourceId() {
        return placed.newSourceId();
    }

    @Override
    public SendId newSendId() {
        return placed.newSendId();
    }
}

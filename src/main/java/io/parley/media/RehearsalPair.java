package io.parley.media;

import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ice.IceCandidate;
import io.parley.webrtc.ice.IceCredentials;
import io.parley.webrtc.ice.Transport;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.DtlsParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.SctpParameters;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// One connection of a rehearsal: a peer of the played plane as a room opens it, and the browser's
/// end in front of it, which controls ICE and is the server of the DTLS handshake. The browser's
/// loop serves one pair at a time, for a port knows its peers by their address.
final class RehearsalPair {
    private static final String LOOPBACK = "127.0.0.1";
    private static final SctpParameters SCTP = new SctpParameters(5000, 262_144);
    private static final long LIMIT_S = 10;

    private final RoomMedia room;
    private final MediaPlane browsers;
    private final MediaLoop browserLoop;

    private final IceParameters serverIce;
    private final IceParameters browserIce;
    private final PeerProxy server;
    private final Peer browser;
    private final CountDownLatch connected = new CountDownLatch(2);
    private final CountDownLatch closed = new CountDownLatch(2);

    RehearsalPair(RoomMedia room, MediaPlane browsers, int loop, PeerListener onServer) {
        this.room = room;
        this.browsers = browsers;
        this.browserLoop = browsers.loops().get(loop);
        this.serverIce = newIce();
        this.browserIce = newIce();
        this.server =
                room.openPeer(
                        new PeerSettings("rehearsal/" + loop, serverIce, false, true, false, null),
                        event -> {
                            onEvent(event);
                            onServer.onPeerEvent(event);
                        });
        this.browser =
                new Peer(
                        browserLoop,
                        browsers,
                        new HandshakeGroup(),
                        new PeerSettings("browser/" + loop, browserIce, true, false, false, null),
                        this::onEvent);
        browserLoop.execute(browser::open);
    }

    private IceParameters newIce() {
        IceCredentials fresh = IceCredentials.random(browsers.random());
        return new IceParameters(fresh.usernameFragment(), fresh.password(), false);
    }

    private void onEvent(PeerEvent event) {
        if (event instanceof PeerEvent.StateChanged(PeerState state, String _)) {
            switch (state) {
                case CONNECTED -> connected.countDown();
                case CLOSED -> closed.countDown();
                case NEW, CONNECTING, DISCONNECTED, FAILED -> {
                    // What does not connect is noticed at the deadline.
                }
            }
        }
    }

    /// Tells either end of the other, as offer, answer and trickled candidates would.
    void introduce() {
        tellServer(new PeerCommand.SetRemoteIce(browserIce));
        tellServer(
                new PeerCommand.AddRemoteCandidate(
                        IceCandidate.host(Transport.UDP, LOOPBACK, browserLoop.port().udpPort(), 0)
                                .format()));
        tellServer(start(DtlsRole.CLIENT, browsers));
        tellServer(new PeerCommand.StartSctp(SCTP));
        tellBrowser(new PeerCommand.SetRemoteIce(serverIce));
        room.localCandidates()
                .forEach(line -> tellBrowser(new PeerCommand.AddRemoteCandidate(line)));
        tellBrowser(
                new PeerCommand.StartDtls(
                        new DtlsParameters(DtlsRole.SERVER, List.of(room.fingerprint()))));
        tellBrowser(new PeerCommand.StartSctp(SCTP));
    }

    private static PeerCommand start(DtlsRole role, MediaPlane remote) {
        var shown = remote.certificate().fingerprint();
        return new PeerCommand.StartDtls(
                new DtlsParameters(
                        role, List.of(new DtlsFingerprint(shown.algorithm(), shown.value()))));
    }

    void tellServer(PeerCommand command) {
        server.execute(command);
    }

    void tellBrowser(PeerCommand command) {
        browserLoop.execute(() -> browser.runCommand(command));
    }

    /// Runs on the browser's loop.
    void playBrowser(Runnable turn) {
        browserLoop.execute(turn);
    }

    /// Where the browser's end sends media. Its loop only.
    PeerMedia browserMedia() {
        return browser.media();
    }

    long browserNowNs() {
        return browserLoop.nowNs();
    }

    boolean awaitConnected() throws InterruptedException {
        return connected.await(LIMIT_S, TimeUnit.SECONDS);
    }

    /// The server leaves first, as after a leave request.
    void close() {
        tellServer(new PeerCommand.Close(true));
        tellBrowser(new PeerCommand.Close(true));
    }

    boolean awaitClosed() throws InterruptedException {
        return closed.await(LIMIT_S, TimeUnit.SECONDS);
    }
}

package io.parley.media;

import io.parley.metrics.DropCounters;
import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ice.CandidateFilter;
import io.parley.webrtc.ice.IceAgent;
import io.parley.webrtc.ice.IceCandidate;
import io.parley.webrtc.ice.IceCredentials;
import io.parley.webrtc.ice.IceDropReason;
import io.parley.webrtc.ice.IceEvent;
import io.parley.webrtc.ice.IcePath;
import io.parley.webrtc.ice.IceSettings;
import io.parley.webrtc.ice.IceSink;
import io.parley.webrtc.ice.IceState;
import io.parley.webrtc.ice.MalformedCandidateException;
import io.parley.webrtc.ice.Transport;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.SctpParameters;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One peer connection's transport: ICE chooses the path, DTLS makes the keys, SRTP and SCTP carry
/// media and data. Owned by its media loop.
///
/// | from | event | to |
/// |---|---|---|
/// | NEW | remote ICE parameters | CONNECTING |
/// | CONNECTING, DISCONNECTED | ICE has a path and DTLS is done | CONNECTED |
/// | CONNECTED | ICE hears nothing for 10 s | DISCONNECTED |
/// | any | ICE or DTLS failed | FAILED; an ICE restart leads back to CONNECTING |
/// | any | closed | CLOSED |
final class Peer {
    private static final Logger log = LoggerFactory.getLogger(Peer.class);

    private final MediaLoop loop;
    private final PeerSettings settings;
    private final PeerListener listener;
    private final DropCounters drops;

    private final IceAgent ice;
    private final PeerSecurity security;
    private final PeerData data;
    private final PeerMedia media;
    private final Set<InetSocketAddress> owned = new HashSet<>();
    private final Set<String> fragments = new HashSet<>();

    private PeerState state = PeerState.NEW;
    private @Nullable IcePath path;
    private boolean dirty;
    private int wakeSlot = WakeTable.NO_SLOT;

    /// @param handshakes what its DTLS handshakes are a part of
    Peer(
            MediaLoop loop,
            MediaPlane plane,
            HandshakeGroup handshakes,
            PeerSettings settings,
            PeerListener listener) {
        this.loop = loop;
        this.settings = settings;
        this.listener = listener;
        this.drops = plane.counters().drops();
        IceSettings iceSettings = IceSettings.defaults().withLite(settings.localIce().lite());
        this.ice =
                new IceAgent(
                        iceSettings,
                        credentials(settings.localIce()),
                        settings.iceControlling(),
                        plane.random(),
                        new PathSink(),
                        this::onIceEvent);
        this.security = new PeerSecurity(this, plane, handshakes, settings);
        this.data = new PeerData(this, plane.random(), settings.sctpZeroChecksum());
        this.media =
                new PeerMedia(this, loop.sources(), plane.settings().receive(), plane.random());
    }

    private static IceCredentials credentials(IceParameters parameters) {
        return new IceCredentials(parameters.usernameFragment(), parameters.password());
    }

    void open() {
        loop.add(this);
        learn(settings.localIce().usernameFragment());
    }

    private void learn(String fragment) {
        fragments.add(fragment);
        loop.port().learn(fragment, this);
    }

    // ---- inputs: commands

    void onCommand(PeerCommand command) {
        if (state == PeerState.CLOSED) {
            return;
        }
        long nowNs = loop.nowNs();
        switch (command) {
            case PeerCommand.SetRemoteIce(var remote) -> onRemoteIce(nowNs, remote);
            case PeerCommand.AddRemoteCandidate(var line) -> onRemoteCandidate(nowNs, line);
            case PeerCommand.RestartIce(var local) -> onRestart(nowNs, local);
            case PeerCommand.PreferTcp(var tcpOnly) ->
                    ice.useOnly(tcpOnly ? CandidateFilter.TCP_ONLY : CandidateFilter.ALL);
            case PeerCommand.StartDtls(var parameters) ->
                    security.start(nowNs, parameters, path != null);
            case PeerCommand.StartSctp(var parameters) -> onSctp(nowNs, parameters);
            case PeerCommand.OpenDataChannel open -> data.openChannel(nowNs, open);
            case PeerCommand.AdoptDataChannel adopt -> data.adoptChannel(adopt.terms());
            case PeerCommand.SendData message -> data.send(nowNs, message);
            case PeerCommand.PauseData(var paused) -> data.pause(nowNs, paused);
            case PeerCommand.Receive(var parameters) -> media.receive(parameters);
            case PeerCommand.StopReceive(var mid) -> media.stopReceive(mid);
            case PeerCommand.MuteSource(var source, var muted) ->
                    media.muteSource(nowNs, source, muted);
            case PeerCommand.Send(var parameters, var wish) -> media.send(parameters, wish);
            case PeerCommand.SetLayerWish(var id, var wish) -> media.setWish(id, wish);
            case PeerCommand.StopSend(var id) -> media.stopSend(id);
            case PeerCommand.ReportStats() -> emit(media.takeStats(nowNs));
            case PeerCommand.Close(var sayGoodbye) -> close(sayGoodbye);
        }
        wake();
    }

    /// As [#onCommand], where a fault ends this peer alone.
    void runCommand(PeerCommand command) {
        try {
            onCommand(command);
        } catch (RuntimeException e) {
            onFault(e);
        }
    }

    /// Our bug: the client is told to come back, everybody else goes on. Throws nothing.
    void onFault(RuntimeException fault) {
        if (state == PeerState.CLOSED) {
            log.debug("closed peer failed peer={}", label(), fault);
            return;
        }
        log.error("peer failed peer={}", label(), fault);
        attempt(() -> emit(new PeerEvent.StateChanged(PeerState.FAILED, PeerEvent.FAULT)));
        close(false);
    }

    /// As [#onFault], once the batch is through: another peer may be walking what would change.
    void onFaultInBatch(RuntimeException fault) {
        loop.execute(() -> onFault(fault));
    }

    private void onRemoteIce(long nowNs, IceParameters remote) {
        ice.setRemote(nowNs, credentials(remote), remote.lite());
        updateState("");
    }

    private void onRemoteCandidate(long nowNs, String line) {
        try {
            IceCandidate candidate = IceCandidate.parse(line);
            if (!candidate.isMdns()) {
                ice.addRemoteCandidate(nowNs, candidate);
            }
        } catch (MalformedCandidateException e) {
            drops.count(MediaDropReason.MALFORMED);
            log.debug(
                    "remote candidate refused peer={} cause={}", settings.label(), e.getMessage());
        }
    }

    private void onSctp(long nowNs, SctpParameters parameters) {
        if (data.configure(parameters) && security.isConnected()) {
            data.onSecured(nowNs, security.isDtlsClient());
        }
    }

    private void onRestart(long nowNs, IceParameters local) {
        learn(local.usernameFragment());
        ice.restart(nowNs, credentials(local));
        updateState("");
    }

    // ---- inputs: datagrams

    /// True when the message was authentic, so that its address speaks for this peer.
    boolean onStun(long nowNs, byte[] b, int offset, int length, IcePath from) {
        IceDropReason reason = ice.onStun(nowNs, b, offset, length, from);
        wake();
        if (reason == IceDropReason.NONE) {
            return true;
        }
        drops.count(reason);
        return false;
    }

    /// A TCP connection of ours is gone.
    void onPathClosed(long nowNs, IcePath closed) {
        ice.onPathClosed(nowNs, closed);
        path = ice.selected();
        wake();
    }

    /// RFC 7983 §7 by the first byte, RFC 5761 §4 by the second. The path has passed a check.
    void onDatagram(long nowNs, byte[] b, int offset, int length, IcePath from) {
        if (length < 2) {
            drops.count(MediaDropReason.UNKNOWN_PROTOCOL);
            return;
        }
        int first = b[offset] & 0xff;
        boolean authentic = false;
        if (first >= 128 && first <= 191) {
            int second = b[offset + 1] & 0xff;
            boolean control = second >= 192 && second <= 223;
            authentic =
                    control
                            ? media.onSrtcp(nowNs, b, offset, length)
                            : media.onSrtp(nowNs, b, offset, length);
        } else if (first >= 20 && first <= 63) {
            authentic = security.onDatagram(nowNs, b, offset, length);
            wake();
        } else {
            drops.count(MediaDropReason.UNKNOWN_PROTOCOL);
        }
        // Anybody can write that address on a datagram: only what our keys open is consent.
        if (authentic && from == path) {
            ice.onTraffic(nowNs);
        }
    }

    // ---- inputs: ICE

    private final class PathSink implements IceSink {
        @Override
        public void send(IcePath to, byte[] buffer, int offset, int length) {
            ((DatagramSink) to.channel()).send(to.remote(), buffer, offset, length);
        }

        @Override
        public @Nullable IcePath path(Transport transport, InetSocketAddress remote) {
            return transport == Transport.UDP ? loop.port().udpPath(Peer.this, remote) : null;
        }
    }

    private void onIceEvent(IceEvent event) {
        switch (event) {
            case IceEvent.StateChanged(var _) -> {
                // Without consent there is no path (RFC 7675 §5.1).
                path = ice.selected();
                updateState("");
            }
            case IceEvent.Selected(var selected, var _) -> onSelected(selected);
            case IceEvent.Restarted(var fragment) ->
                    log.debug("ice restarted peer={} ufrag={}", label(), fragment);
            case IceEvent.Forgotten(var forgotten) -> loop.port().release(this, forgotten);
        }
    }

    private void onSelected(IcePath selected) {
        path = selected;
        forgetOldFragments();
        security.onPath();
    }

    /// A restart keeps the former credentials until its own checks have succeeded.
    private void forgetOldFragments() {
        fragments.removeIf(fragment -> {
            if (ice.accepts(fragment)) {
                return false;
            }
            loop.port().unlearn(fragment);
            return true;
        });
    }

    // ---- inputs: security and timers

    void onSecured(long nowNs) {
        media.onKeys(security.keys(), security.rollOvers());
        data.onSecured(nowNs, security.isDtlsClient());
        updateState("");
        wake();
    }

    void onSecurityFailed(String reason) {
        updateState(reason);
    }

    void onTime(long nowNs) {
        if (nowNs >= ice.nextWakeNs()) {
            ice.onTime(nowNs);
            media.onPathRtt(ice.rttNs());
        }
        data.onTime(nowNs);
        media.onTime(nowNs);
    }

    long nextWakeNs() {
        return Math.min(ice.nextWakeNs(), Math.min(data.nextWakeNs(), media.nextWakeNs()));
    }

    private void wake() {
        loop.wakeBy(this, nextWakeNs());
    }

    private void updateState(String reason) {
        PeerState next = currentState(reason);
        if (next != state && state != PeerState.CLOSED) {
            state = next;
            String why = next == PeerState.FAILED && reason.isEmpty() ? "ice failed" : reason;
            log.debug("peer state peer={} state={} reason={}", label(), next, why);
            emit(new PeerEvent.StateChanged(next, why));
        }
    }

    private PeerState currentState(String failure) {
        if (!failure.isEmpty() || security.hasFailed()) {
            return PeerState.FAILED;
        }
        IceState iceState = ice.state();
        return switch (iceState) {
            case NEW -> PeerState.NEW;
            case CHECKING -> PeerState.CONNECTING;
            case CONNECTED -> security.isConnected() ? PeerState.CONNECTED : PeerState.CONNECTING;
            case DISCONNECTED -> PeerState.DISCONNECTED;
            case FAILED -> PeerState.FAILED;
        };
    }

    // ---- outputs

    void emit(PeerEvent event) {
        listener.onPeerEvent(event);
    }

    /// A datagram of a cold protocol, at once. Loop thread only.
    void transmit(byte[] buffer, int offset, int length) {
        IcePath to = path;
        if (to == null) {
            drops.count(MediaDropReason.NO_PATH);
            return;
        }
        ((DatagramSink) to.channel()).send(to.remote(), buffer, offset, length);
    }

    /// Media waits in the send area until the batch is through.
    void markDirty() {
        if (!dirty) {
            dirty = true;
            loop.markDirty(this);
        }
    }

    /// Small data messages of one turn share a packet: they leave here too.
    void flush() {
        dirty = false;
        data.flush(loop.nowNs());
        IcePath to = path;
        if (to == null) {
            media.area().clear();
        } else {
            media.area().flush((DatagramSink) to.channel(), to.remote());
        }
    }

    /// No room for more of this batch, which may be another peer's.
    void flushFull() {
        try {
            flush();
        } catch (RuntimeException e) {
            onFaultInBatch(e);
        }
    }

    void sealData(byte[] plain, int offset, int length) {
        security.seal(plain, offset, length);
    }

    void onPlainData(long nowNs, byte[] packet, int offset, int length) {
        data.onPacket(nowNs, packet, offset, length);
    }

    void onLoop(Runnable command) {
        loop.execute(() -> {
            try {
                command.run();
            } catch (RuntimeException e) {
                onFault(e);
            }
        });
    }

    /// Its place in the loop's table of wake-ups.
    int wakeSlot() {
        return wakeSlot;
    }

    void wakeSlot(int slot) {
        wakeSlot = slot;
    }

    MediaLoop loop() {
        return loop;
    }

    DropCounters drops() {
        return drops;
    }

    PeerMedia media() {
        return media;
    }

    String label() {
        return settings.label();
    }

    /// The port remembers under which addresses it knows this peer.
    void owns(InetSocketAddress remote) {
        owned.add(remote);
    }

    Set<InetSocketAddress> owned() {
        return owned;
    }

    boolean isClosed() {
        return state == PeerState.CLOSED;
    }

    void close(boolean sayGoodbye) {
        if (state == PeerState.CLOSED) {
            return;
        }
        attempt(media::close);
        attempt(() -> data.close(loop.nowNs(), sayGoodbye));
        attempt(() -> security.close(sayGoodbye));
        attempt(this::flush);
        state = PeerState.CLOSED;
        fragments.forEach(loop.port()::unlearn);
        loop.remove(this);
        attempt(() -> emit(new PeerEvent.StateChanged(PeerState.CLOSED, "")));
    }

    /// Whatever fails on the way out, the loop forgets this peer.
    private void attempt(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            log.error("peer did not close cleanly peer={}", label(), e);
        }
    }
}

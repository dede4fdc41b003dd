package io.parley.scenario;

import io.parley.webrtc.dtls.DtlsAssociation;
import io.parley.webrtc.dtls.DtlsCertificate;
import io.parley.webrtc.dtls.DtlsEvent;
import io.parley.webrtc.dtls.DtlsHandshakes;
import io.parley.webrtc.dtls.DtlsRole;
import io.parley.webrtc.dtls.DtlsSettings;
import io.parley.webrtc.dtls.Fingerprint;
import io.parley.webrtc.dtls.HandshakeGroup;
import io.parley.webrtc.ice.IceAgent;
import io.parley.webrtc.ice.IceCandidate;
import io.parley.webrtc.ice.IceCredentials;
import io.parley.webrtc.ice.IceEvent;
import io.parley.webrtc.ice.IcePath;
import io.parley.webrtc.ice.IceSettings;
import io.parley.webrtc.ice.IceSink;
import io.parley.webrtc.ice.IceState;
import io.parley.webrtc.ice.Transport;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.srtp.SrtpFactory;
import io.parley.webrtc.srtp.SrtpOpener;
import io.parley.webrtc.srtp.SrtpProfile;
import io.parley.webrtc.srtp.SrtpSealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A client's side of one peer connection on real sockets, DTLS server as browsers are towards us.
/// Lives on a loop of its own, or on one that it shares; any thread may call its public methods.
///
/// Another fingerprint of the server's is another server that goes on with this connection: a new
/// DTLS association begins as soon as ICE has chosen a path to it, over the same SCTP association.
public final class ClientTransport
        implements AutoCloseable, IceSink, ClientLoop.Member, ClientSockets.Intake {
    public static final DtlsCertificate CERTIFICATE = newCertificate();

    private static final DtlsHandshakes HANDSHAKES = new DtlsHandshakes();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final long PACE_NS = 10_000_000;

    /// What arrives; called on the client's loop.
    public interface Listener {
        default void onConnected() {}

        default void onRtp(long nowNs, byte[] packet, int length) {}

        default void onRtcp(long nowNs, byte[] packet, int length) {}

        default void onMessage(String label, boolean binary, byte[] payload) {}

        default void onTime(long nowNs) {}
    }

    /// How the client behaves; the certificate is the one shown, whatever the SDP says. All clients
    /// shake hands in one place, those of a group one after the other.
    public record Options(
            boolean controlling,
            boolean tcp,
            InetAddress address,
            DtlsCertificate certificate,
            List<SrtpProfile> profiles,
            HandshakeGroup handshakes) {
        public static Options udp() {
            return new Options(
                    true,
                    false,
                    LOOPBACK,
                    CERTIFICATE,
                    List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES128_CM_HMAC_SHA1_80),
                    new HandshakeGroup());
        }

        public Options withControlling(boolean value) {
            return new Options(value, tcp, address, certificate, profiles, handshakes);
        }

        public Options withTcp(boolean value) {
            return new Options(controlling, value, address, certificate, profiles, handshakes);
        }

        /// Where its sockets are bound.
        public Options withAddress(InetAddress value) {
            return new Options(controlling, tcp, value, certificate, profiles, handshakes);
        }

        public Options withCertificate(DtlsCertificate value) {
            return new Options(controlling, tcp, address, value, profiles, handshakes);
        }

        public Options withProfiles(SrtpProfile... values) {
            return new Options(controlling, tcp, address, certificate, List.of(values), handshakes);
        }

        public Options withHandshakes(HandshakeGroup value) {
            return new Options(controlling, tcp, address, certificate, profiles, value);
        }
    }

    private final Options options;
    private final Listener listener;
    private final ClientLoop loop;
    private final boolean ownsLoop;
    private final ClientSockets sockets;
    private final IceAgent ice;
    private final ClientChannels channels;
    private final Set<IcePath> checked = new HashSet<>();
    private final byte[] plain = new byte[2048];
    private final byte[] out = new byte[2048];

    private volatile IceCredentials credentials = IceCredentials.random(RANDOM);
    private volatile boolean running = true;
    private volatile boolean secured;
    private volatile IceState state = IceState.NEW;
    private volatile String failure = "";
    private volatile boolean dtlsClosed;
    private volatile int associations;
    private DtlsAssociation dtls;
    private List<Fingerprint> remoteFingerprints = List.of();
    private boolean dtlsStarted;
    private boolean awaitsPath;
    private @Nullable SrtpSealer sealer;
    private @Nullable SrtpOpener opener;

    /// On a loop of its own, at once.
    public ClientTransport(Options options, Listener listener) {
        this(options, listener, new ClientLoop("client"), true);
        begin();
    }

    /// On a loop of its own or of many, from [#begin] on.
    ClientTransport(Options options, Listener listener, ClientLoop loop, boolean ownsLoop) {
        this.options = options;
        this.listener = listener;
        this.loop = loop;
        this.ownsLoop = ownsLoop;
        this.channels = new ClientChannels(listener::onMessage);
        try {
            this.sockets =
                    new ClientSockets(loop.selector(), this, options.address(), options.tcp());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.ice =
                new IceAgent(
                        IceSettings.defaults().withDialTcp(options.tcp()),
                        credentials,
                        options.controlling(),
                        RANDOM,
                        this,
                        this::onIceEvent);
        this.dtls = newAssociation();
    }

    void begin() {
        loop.execute(() -> loop.add(this));
    }

    public static DtlsCertificate newCertificate() {
        return DtlsCertificate.generate(new SecureRandom(), Instant.now());
    }

    private static long nowNs() {
        return ClientLoop.nowNs();
    }

    /// What a replaced one says counts no longer.
    private DtlsAssociation newAssociation() {
        DtlsSettings settings =
                DtlsSettings.of(DtlsRole.SERVER, options.certificate(), options.profiles())
                        .within(options.handshakes());
        int number = associations;
        return new DtlsAssociation(
                settings,
                HANDSHAKES,
                this::onDtlsOut,
                event -> execute(() -> onDtls(number, event)));
    }

    // ---- what a description says of us

    public IceParameters localIce() {
        return new IceParameters(credentials.usernameFragment(), credentials.password(), false);
    }

    public DtlsFingerprint fingerprint() {
        Fingerprint own = CERTIFICATE.fingerprint();
        return new DtlsFingerprint(own.algorithm(), own.value());
    }

    public List<String> candidates() {
        return options.tcp()
                ? List.of()
                : List.of(
                        IceCandidate.host(
                                        Transport.UDP,
                                        options.address().getHostAddress(),
                                        sockets.udpPort(),
                                        0)
                                .format());
    }

    // ---- commands

    public void setRemote(IceParameters remote, List<DtlsFingerprint> fingerprints) {
        List<Fingerprint> stated =
                fingerprints.stream()
                        .map(each -> new Fingerprint(each.algorithm(), each.value()))
                        .toList();
        execute(() -> {
            if (!remoteFingerprints.isEmpty() && !remoteFingerprints.equals(stated)) {
                forgetServer();
            }
            remoteFingerprints = stated;
            ice.setRemote(
                    nowNs(),
                    new IceCredentials(remote.usernameFragment(), remote.password()),
                    remote.lite());
            startDtls();
        });
    }

    /// SCTP goes on: its next packets leave in the next association.
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void forgetServer() {
        dtls.close(false);
        associations++;
        dtls = newAssociation();
        dtlsStarted = false;
        awaitsPath = true;
        secured = false;
        sealer = null;
        opener = null;
    }

    public void addCandidate(String line) {
        execute(() -> ice.addRemoteCandidate(nowNs(), IceCandidate.parse(line)));
    }

    public void restartIce() {
        IceCredentials fresh = IceCredentials.random(RANDOM);
        credentials = fresh;
        execute(() -> ice.restart(nowNs(), fresh));
    }

    public void openChannel(String label, boolean ordered, int maxRetransmits) {
        execute(() -> channels.open(nowNs(), label, ordered, maxRetransmits));
    }

    public void send(String label, byte[] payload) {
        execute(() -> channels.send(nowNs(), label, payload));
    }

    /// On the client's loop only, as from a [Listener] or [#execute].
    public void sendRtp(byte[] packet, int headerLength, int length) {
        SrtpSealer keyed = sealer;
        if (keyed != null) {
            System.arraycopy(packet, 0, out, 0, headerLength);
            transmit(
                    out,
                    0,
                    keyed.sealRtp(
                            out,
                            0,
                            headerLength,
                            headerLength,
                            packet,
                            headerLength,
                            length - headerLength));
        }
    }

    /// On the client's loop only.
    public void sendRtcp(byte[] packet, int offset, int length) {
        SrtpSealer keyed = sealer;
        if (keyed != null) {
            System.arraycopy(packet, offset, out, 0, length);
            transmit(out, 0, keyed.sealRtcp(out, 0, length));
        }
    }

    /// Bytes as they are, over the chosen path.
    public void sendRaw(byte[] bytes) {
        execute(() -> transmit(bytes, 0, bytes.length));
    }

    /// Bytes inside a DTLS record, where SCTP is expected.
    public void sendRecord(byte[] bytes) {
        execute(() -> dtls.seal(bytes, 0, bytes.length));
    }

    public void execute(Runnable command) {
        loop.execute(() -> {
            if (running) {
                command.run();
                loop.touch(this);
            }
        });
    }

    // ---- queries

    public boolean isConnected() {
        return secured && state == IceState.CONNECTED;
    }

    public boolean isOpen(String label) {
        return channels.isOpen(label);
    }

    /// The stream of each data channel.
    public Map<String, Integer> streams() {
        return channels.streams();
    }

    public IceState iceState() {
        return state;
    }

    /// Why DTLS failed; empty as long as it did not.
    public String failure() {
        return failure;
    }

    /// Whether the server said good-bye.
    public boolean isClosedByServer() {
        return dtlsClosed;
    }

    /// How often another server has gone on with an association of its own; one that goes on with
    /// ours is not noticed.
    public int takeovers() {
        return associations;
    }

    public int localUdpPort() {
        return sockets.udpPort();
    }

    // ---- the loop

    @Override
    public void onTime(long nowNs) {
        ice.onTime(nowNs);
        channels.onTime(nowNs);
        listener.onTime(nowNs);
    }

    @Override
    public long nextWakeNs() {
        long wake = Math.min(ice.nextWakeNs(), channels.nextWakeNs());
        return secured ? Math.min(wake, nowNs() + PACE_NS) : wake;
    }

    @Override
    public void onDrained() {
        loop.touch(this);
    }

    @Override
    public void onDatagram(IcePath path, byte[] b, int length) {
        int first = b[0] & 0xff;
        long nowNs = nowNs();
        if (first < 4) {
            ice.onStun(nowNs, b, 0, length, path);
            checked.add(path);
        } else if (first >= 20 && first <= 63) {
            ice.onTraffic(nowNs);
            onRecord(nowNs, b, length);
        } else if (opener != null) {
            ice.onTraffic(nowNs);
            onMedia(nowNs, opener, b, length);
        }
    }

    private void onMedia(long nowNs, SrtpOpener keyed, byte[] b, int length) {
        int second = b[1] & 0xff;
        if (second >= 192 && second <= 223) {
            int opened = keyed.openRtcp(b, 0, length);
            if (opened > 0) {
                listener.onRtcp(nowNs, b, opened);
            }
        } else {
            int opened = keyed.openRtp(b, 0, length);
            if (opened > 0) {
                listener.onRtp(nowNs, b, opened);
            }
        }
    }

    private void onRecord(long nowNs, byte[] b, int length) {
        if (!secured) {
            dtls.onDatagram(b, 0, length);
            return;
        }
        int opened = dtls.open(b, 0, length, plain, 0);
        deliver(nowNs, opened);
    }

    private void deliver(long nowNs, int first) {
        for (int opened = first; opened > 0; opened = dtls.openPending(plain, 0)) {
            channels.onPacket(nowNs, plain, opened);
        }
        channels.drain();
    }

    private void onIceEvent(IceEvent event) {
        switch (event) {
            case IceEvent.StateChanged(IceState now) -> state = now;
            case IceEvent.Selected _ -> {
                awaitsPath = false;
                execute(this::startDtls);
            }
            case IceEvent.Restarted _, IceEvent.Forgotten _ -> {}
        }
    }

    private void startDtls() {
        boolean hasPath = ice.selected() != null && !awaitsPath;
        if (!dtlsStarted && !remoteFingerprints.isEmpty() && hasPath) {
            dtlsStarted = true;
            dtls.start(remoteFingerprints);
        }
    }

    private void onDtls(int number, DtlsEvent event) {
        if (number != associations) {
            return;
        }
        switch (event) {
            case DtlsEvent.Connected connected -> {
                sealer = SrtpFactory.sealer(connected.keys());
                opener = SrtpFactory.opener(connected.keys());
                channels.onSecured(nowNs(), (b, at, length) -> dtls.seal(b, at, length));
                secured = true;
                deliver(nowNs(), dtls.openPending(plain, 0));
                listener.onConnected();
            }
            case DtlsEvent.Failed(var why, String reason) -> failure = why + ": " + reason;
            case DtlsEvent.Closed _ -> dtlsClosed = true;
        }
    }

    private void onDtlsOut(byte[] buffer, int offset, int length) {
        if (loop.isCurrentThread()) {
            transmit(buffer, offset, length);
        } else {
            byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
            execute(() -> transmit(copy, 0, copy.length));
        }
    }

    private void transmit(byte[] bytes, int offset, int length) {
        IcePath path = ice.selected();
        if (path != null) {
            sockets.send(path, bytes, offset, length);
        }
    }

    @Override
    public void send(IcePath path, byte[] buffer, int offset, int length) {
        sockets.send(path, buffer, offset, length);
    }

    @Override
    public @Nullable IcePath path(Transport transport, InetSocketAddress remote) {
        return sockets.path(transport, remote);
    }

    /// Ends without a word: a crashed client.
    public void vanish() {
        end(() -> {});
    }

    @Override
    public void close() {
        end(() -> dtls.close(true));
    }

    private void end(Runnable farewell) {
        if (!running) {
            return;
        }
        var ended = new CountDownLatch(1);
        loop.execute(() -> {
            if (running) {
                farewell.run();
                running = false;
                sockets.close();
                loop.remove(this);
            }
            ended.countDown();
        });
        try {
            boolean _ = ended.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (ownsLoop) {
            loop.close();
        }
    }

    @Override
    public String toString() {
        return "[ice=%s secured=%s dtlsStarted=%s failure=%s closed=%s %s]"
                .formatted(state, secured, dtlsStarted, failure, dtlsClosed, channels);
    }
}

package io.parley.scenario;

import io.parley.webrtc.dtls.DtlsAssociation;
import io.parley.webrtc.dtls.DtlsCertificate;
import io.parley.webrtc.dtls.DtlsEvent;
import io.parley.webrtc.dtls.DtlsHandshakes;
import io.parley.webrtc.dtls.DtlsRole;
import io.parley.webrtc.dtls.DtlsSettings;
import io.parley.webrtc.dtls.Fingerprint;
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
import io.parley.webrtc.sctp.SctpAssociation;
import io.parley.webrtc.sctp.SctpEvent;
import io.parley.webrtc.sctp.SctpSettings;
import io.parley.webrtc.srtp.SrtpFactory;
import io.parley.webrtc.srtp.SrtpOpener;
import io.parley.webrtc.srtp.SrtpProfile;
import io.parley.webrtc.srtp.SrtpSealer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/// A client's side of one peer connection on real sockets, DTLS server as browsers are towards us.
/// Lives on a thread of its own; any thread may call its public methods.
public final class ClientTransport implements AutoCloseable, IceSink {
    public static final DtlsCertificate CERTIFICATE = newCertificate();

    private static final DtlsHandshakes HANDSHAKES = new DtlsHandshakes();
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long START_NS = System.nanoTime();
    private static final long MAX_SLEEP_MS = 200;

    /// What arrives; called on the client's thread.
    public interface Listener {
        default void onConnected() {}

        default void onRtp(long nowNs, byte[] packet, int length) {}

        default void onRtcp(long nowNs, byte[] packet, int length) {}

        default void onMessage(String label, boolean binary, byte[] payload) {}

        default void onTime(long nowNs) {}
    }

    /// How the client behaves; the certificate is the one shown, whatever the SDP says.
    public record Options(
            boolean controlling,
            boolean tcp,
            DtlsCertificate certificate,
            List<SrtpProfile> profiles) {
        public static Options udp() {
            return new Options(
                    true,
                    false,
                    CERTIFICATE,
                    List.of(SrtpProfile.AEAD_AES_128_GCM, SrtpProfile.AES128_CM_HMAC_SHA1_80));
        }

        public Options withControlling(boolean value) {
            return new Options(value, tcp, certificate, profiles);
        }

        public Options withTcp(boolean value) {
            return new Options(controlling, value, certificate, profiles);
        }

        public Options withCertificate(DtlsCertificate value) {
            return new Options(controlling, tcp, value, profiles);
        }

        public Options withProfiles(SrtpProfile... values) {
            return new Options(controlling, tcp, certificate, List.of(values));
        }
    }

    private final Options options;
    private final Listener listener;
    private final Selector selector;
    private final ClientSockets sockets;
    private final Thread thread;
    private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final IceAgent ice;
    private final Map<String, Integer> channels = new ConcurrentHashMap<>();
    private final Map<Integer, String> labels = new HashMap<>();
    private final Set<String> openLabels = ConcurrentHashMap.newKeySet();
    private final Set<IcePath> checked = new HashSet<>();
    private final byte[] plain = new byte[2048];
    private final byte[] out = new byte[2048];

    private volatile IceCredentials credentials = IceCredentials.random(RANDOM);
    private volatile boolean running = true;
    private volatile boolean secured;
    private volatile IceState state = IceState.NEW;
    private volatile String failure = "";
    private volatile boolean dtlsClosed;
    private DtlsAssociation dtls;
    private List<Fingerprint> remoteFingerprints = List.of();
    private boolean dtlsStarted;
    private @Nullable SctpAssociation sctp;
    private @Nullable SrtpSealer sealer;
    private @Nullable SrtpOpener opener;

    public ClientTransport(Options options, Listener listener) {
        this.options = options;
        this.listener = listener;
        try {
            this.selector = Selector.open();
            this.sockets = new ClientSockets(selector, this::onDatagram, options.tcp());
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
        this.thread = Thread.ofPlatform().name("client").daemon(true).unstarted(this::run);
        thread.start();
    }

    public static DtlsCertificate newCertificate() {
        return DtlsCertificate.generate(new SecureRandom(), Instant.now());
    }

    private static long nowNs() {
        return System.nanoTime() - START_NS;
    }

    private DtlsAssociation newAssociation() {
        DtlsSettings settings =
                DtlsSettings.of(DtlsRole.SERVER, options.certificate(), options.profiles());
        return new DtlsAssociation(
                settings, HANDSHAKES, this::onDtlsOut, event -> execute(() -> onDtls(event)));
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
                        IceCandidate.host(Transport.UDP, "127.0.0.1", sockets.udpPort(), 0)
                                .format());
    }

    // ---- commands

    public void setRemote(IceParameters remote, List<DtlsFingerprint> fingerprints) {
        execute(() -> {
            remoteFingerprints =
                    fingerprints.stream()
                            .map(each -> new Fingerprint(each.algorithm(), each.value()))
                            .toList();
            ice.setRemote(
                    nowNs(),
                    new IceCredentials(remote.usernameFragment(), remote.password()),
                    remote.lite());
            startDtls();
        });
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
        execute(() -> {
            wanted.put(label, new WantedChannel(ordered, maxRetransmits));
            SctpAssociation over = sctp;
            if (over != null) {
                open(over, label, ordered, maxRetransmits);
            }
        });
    }

    private record WantedChannel(boolean ordered, int maxRetransmits) {}

    private final Map<String, WantedChannel> wanted = new HashMap<>();

    private void open(SctpAssociation over, String label, boolean ordered, int maxRetransmits) {
        int stream = over.openChannel(nowNs(), label, "", ordered, maxRetransmits, -1);
        channels.put(label, stream);
        labels.put(stream, label);
    }

    public void send(String label, byte[] payload) {
        execute(() -> {
            SctpAssociation over = sctp;
            Integer stream = channels.get(label);
            if (over != null && stream != null) {
                over.send(nowNs(), stream, true, payload, 0, payload.length);
            }
        });
    }

    /// On the client's thread only, as from a [Listener] or [#execute].
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

    /// On the client's thread only.
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
        commands.add(command);
        selector.wakeup();
    }

    // ---- queries

    public boolean isConnected() {
        return secured && state == IceState.CONNECTED;
    }

    public boolean isOpen(String label) {
        return openLabels.contains(label);
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

    public int localUdpPort() {
        return sockets.udpPort();
    }

    // ---- the thread

    private void run() {
        try {
            while (running) {
                selector.select(sockets::onReady, sleepMs());
                for (Runnable next = commands.poll(); next != null; next = commands.poll()) {
                    next.run();
                }
                onTime(nowNs());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            sockets.close();
        }
    }

    private long sleepMs() {
        SctpAssociation over = sctp;
        long wake = Math.min(ice.nextWakeNs(), over == null ? Long.MAX_VALUE : over.nextWakeNs());
        if (wake == Long.MAX_VALUE) {
            return secured ? 10 : MAX_SLEEP_MS;
        }
        long limit = secured ? 10 : MAX_SLEEP_MS;
        return Math.clamp((wake - nowNs()) / 1_000_000, 1, limit);
    }

    private void onTime(long nowNs) {
        ice.onTime(nowNs);
        SctpAssociation over = sctp;
        if (over != null && nowNs >= over.nextWakeNs()) {
            over.onTime(nowNs);
        }
        drainSctp();
        listener.onTime(nowNs);
    }

    private void onDatagram(IcePath path, byte[] b, int length) {
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
            SctpAssociation over = sctp;
            if (over != null) {
                over.onPacket(nowNs, plain, 0, opened);
            }
        }
        drainSctp();
    }

    private void drainSctp() {
        SctpAssociation over = sctp;
        if (over == null) {
            return;
        }
        for (SctpEvent event = over.pollEvent(); event != null; event = over.pollEvent()) {
            onSctp(event);
        }
    }

    private void onSctp(SctpEvent event) {
        switch (event) {
            case SctpEvent.ChannelOpened opened -> {
                labels.put(opened.streamId(), opened.label());
                channels.putIfAbsent(opened.label(), opened.streamId());
                openLabels.add(opened.label());
            }
            case SctpEvent.ChannelClosed(int stream) -> {
                String label = labels.remove(stream);
                if (label != null) {
                    openLabels.remove(label);
                }
            }
            case SctpEvent.Message message ->
                    listener.onMessage(
                            labels.getOrDefault(message.streamId(), ""),
                            message.binary(),
                            message.payload());
            case SctpEvent.Closed _ -> openLabels.clear();
            case SctpEvent.Connected _, SctpEvent.Restarted _, SctpEvent.BufferedAmountLow _ -> {}
        }
    }

    private void onIceEvent(IceEvent event) {
        switch (event) {
            case IceEvent.StateChanged(IceState now) -> state = now;
            case IceEvent.Selected _ -> execute(this::startDtls);
            case IceEvent.Restarted _, IceEvent.Forgotten _ -> {}
        }
    }

    private void startDtls() {
        if (!dtlsStarted && !remoteFingerprints.isEmpty() && ice.selected() != null) {
            dtlsStarted = true;
            dtls.start(remoteFingerprints);
        }
    }

    private void onDtls(DtlsEvent event) {
        switch (event) {
            case DtlsEvent.Connected connected -> {
                sealer = SrtpFactory.sealer(connected.keys());
                opener = SrtpFactory.opener(connected.keys());
                var over =
                        new SctpAssociation(
                                SctpSettings.defaults(),
                                false,
                                RANDOM,
                                (b, at, length) -> dtls.seal(b, at, length));
                sctp = over;
                over.connect(nowNs());
                wanted.forEach(
                        (label, each) -> open(over, label, each.ordered(), each.maxRetransmits()));
                secured = true;
                deliver(nowNs(), dtls.openPending(plain, 0));
                listener.onConnected();
            }
            case DtlsEvent.Failed(var why, String reason) -> failure = why + ": " + reason;
            case DtlsEvent.Closed _ -> dtlsClosed = true;
        }
    }

    private void onDtlsOut(byte[] buffer, int offset, int length) {
        if (Thread.currentThread().equals(thread)) {
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
        execute(() -> running = false);
        join();
    }

    @Override
    public void close() {
        execute(() -> {
            dtls.close(true);
            running = false;
        });
        join();
    }

    private void join() {
        try {
            thread.join(5_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public String toString() {
        return "[ice=%s secured=%s dtlsStarted=%s failure=%s closed=%s open=%s sctp=%s]"
                .formatted(
                        state,
                        secured,
                        dtlsStarted,
                        failure,
                        dtlsClosed,
                        openLabels,
                        sctp != null && sctp.connected());
    }

    static boolean isReadable(SelectionKey key) {
        return key.isValid() && key.isReadable();
    }
}

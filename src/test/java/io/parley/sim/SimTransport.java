package io.parley.sim;

import io.parley.webrtc.ice.IceAgent;
import io.parley.webrtc.ice.IceCandidate;
import io.parley.webrtc.ice.IceCredentials;
import io.parley.webrtc.ice.IceDropReason;
import io.parley.webrtc.ice.IceEvent;
import io.parley.webrtc.ice.IcePath;
import io.parley.webrtc.ice.IceSettings;
import io.parley.webrtc.ice.IceSink;
import io.parley.webrtc.ice.Transport;
import io.parley.webrtc.sctp.SctpAssociation;
import io.parley.webrtc.sctp.SctpEvent;
import io.parley.webrtc.sctp.SctpSettings;
import io.parley.webrtc.srtp.SrtpDropReason;
import io.parley.webrtc.srtp.SrtpFactory;
import io.parley.webrtc.srtp.SrtpKeys;
import io.parley.webrtc.srtp.SrtpOpener;
import io.parley.webrtc.srtp.SrtpProfile;
import io.parley.webrtc.srtp.SrtpSealer;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One side of a peer connection over the simulated network: ICE chooses the path, SRTP and SCTP
/// run over it. The keys are given: DTLS is left out, its records are a first byte of 23.
final class SimTransport implements SimNetwork.Receiver, SimNetwork.Actor, IceSink {
    private static final byte RECORD = 23;

    /// Opened media and what the association said.
    interface Listener {
        default void onRtp(long nowNs, byte[] packet, int length) {}

        default void onRtcp(long nowNs, byte[] packet, int length) {}

        default void onSctp(long nowNs, SctpEvent event) {}
    }

    final SimNetwork network;
    final Listener listener;
    final boolean offerer;
    final SrtpSealer sealer;
    final SrtpOpener opener;
    final IceAgent ice;
    final List<IceEvent> events = new ArrayList<>();
    final Map<String, Integer> channels = new HashMap<>();
    IceCredentials credentials;
    SctpAssociation sctp;

    /// Packets of the other side that did not open, duplicates of the network apart.
    int refused;

    private final List<InetSocketAddress> locals = new ArrayList<>();
    private final Map<String, IcePath> paths = new HashMap<>();
    private final Set<IcePath> checked = new HashSet<>();
    private final byte[] out = new byte[2048];

    SimTransport(SimNetwork network, String address, boolean offerer, Listener listener) {
        this.network = network;
        this.listener = listener;
        this.offerer = offerer;
        this.credentials = fresh();
        this.ice =
                new IceAgent(
                        IceSettings.defaults(),
                        credentials,
                        offerer,
                        network.random,
                        this,
                        events::add);
        SrtpProfile profile = SrtpProfile.AEAD_AES_128_GCM;
        SrtpKeys keys = SrtpKeys.fromExporter(profile, new byte[profile.exportedLength()], offerer);
        this.sealer = SrtpFactory.sealer(keys);
        this.opener = SrtpFactory.opener(keys);
        this.sctp = freshAssociation();
        openSocket(address);
        network.add(this);
    }

    /// Both sides know each other's credentials and candidates from now on.
    static void introduce(SimTransport a, SimTransport b) {
        a.meet(b);
        b.meet(a);
    }

    private void meet(SimTransport other) {
        ice.setRemote(network.nowNs, other.credentials, false);
        for (InetSocketAddress address : other.locals) {
            String host = address.getAddress().getHostAddress();
            ice.addRemoteCandidate(
                    network.nowNs, IceCandidate.host(Transport.UDP, host, address.getPort(), 0));
        }
    }

    /// Another socket, preferred from now on: Wi-Fi after mobile.
    void openSocket(String text) {
        InetSocketAddress address = SimNetwork.address(text);
        locals.addFirst(address);
        network.bind(
                address, (nowNs, from, bytes) -> onDatagram(nowNs, pathOf(address, from), bytes));
    }

    void closeOldSockets() {
        while (locals.size() > 1) {
            network.block(locals.removeLast());
        }
    }

    InetSocketAddress local() {
        return locals.getFirst();
    }

    private IceCredentials fresh() {
        int number = network.random.nextInt(1_000_000);
        return new IceCredentials(
                "frag" + number, "password-of-some-length-%08d".formatted(number));
    }

    SctpAssociation freshAssociation() {
        return new SctpAssociation(
                SctpSettings.defaults(), offerer, network.random, this::sendRecord);
    }

    void restartIce() {
        credentials = fresh();
        ice.restart(network.nowNs, credentials);
    }

    private IcePath pathOf(InetSocketAddress local, InetSocketAddress remote) {
        return paths.computeIfAbsent(
                local + " " + remote, _ -> new IcePath(Transport.UDP, local, remote, "socket"));
    }

    @Override
    public void onDatagram(long nowNs, InetSocketAddress from, byte[] bytes) {
        throw new IllegalStateException("sockets hear by their own address");
    }

    private void onDatagram(long nowNs, IcePath path, byte[] bytes) {
        int first = bytes[0] & 0xff;
        if (first < 4) {
            if (ice.onStun(nowNs, bytes, 0, bytes.length, path) == IceDropReason.NONE) {
                checked.add(path);
            }
        } else if (checked.contains(path)) {
            if (path == ice.selected()) {
                ice.onTraffic(nowNs);
            }
            onAuthenticated(nowNs, first, bytes);
        }
        drainSctp();
    }

    private void onAuthenticated(long nowNs, int first, byte[] bytes) {
        if (first == RECORD) {
            sctp.onPacket(nowNs, bytes, 1, bytes.length - 1);
            return;
        }
        int second = bytes[1] & 0xff;
        boolean isRtcp = second >= 192 && second <= 223;
        int opened =
                isRtcp
                        ? opener.openRtcp(bytes, 0, bytes.length)
                        : opener.openRtp(bytes, 0, bytes.length);
        if (opened < 0) {
            refused += SrtpDropReason.ofResult(opened) == SrtpDropReason.REPLAYED ? 0 : 1;
        } else if (isRtcp) {
            listener.onRtcp(nowNs, bytes, opened);
        } else {
            listener.onRtp(nowNs, bytes, opened);
        }
    }

    private void drainSctp() {
        for (SctpEvent event = sctp.pollEvent(); event != null; event = sctp.pollEvent()) {
            if (event instanceof SctpEvent.ChannelOpened opened) {
                channels.put(opened.label(), opened.streamId());
            }
            listener.onSctp(network.nowNs, event);
        }
    }

    /// One packet whose header and payload lie together.
    void sendRtp(byte[] packet, int headerLength, int length) {
        System.arraycopy(packet, 0, out, 0, headerLength);
        int sealed =
                sealer.sealRtp(
                        out,
                        0,
                        headerLength,
                        headerLength,
                        packet,
                        headerLength,
                        length - headerLength);
        transmit(sealed);
    }

    /// As an SFU sends: the head apart from the payload in the ring.
    void sendRtp(
            byte[] head, int rtpHeader, int headLength, byte[] payload, int offset, int length) {
        System.arraycopy(head, 0, out, 0, headLength);
        transmit(sealer.sealRtp(out, 0, rtpHeader, headLength, payload, offset, length));
    }

    void sendRtcp(byte[] packet, int offset, int length) {
        System.arraycopy(packet, offset, out, 0, length);
        transmit(sealer.sealRtcp(out, 0, length));
    }

    private void sendRecord(byte[] packet, int offset, int length) {
        out[0] = RECORD;
        System.arraycopy(packet, offset, out, 1, length);
        transmit(length + 1);
    }

    private void transmit(int length) {
        IcePath path = ice.selected();
        if (path != null) {
            network.send(path.local(), path.remote(), out, 0, length);
        }
    }

    @Override
    public void send(IcePath path, byte[] buffer, int offset, int length) {
        network.send(path.local(), path.remote(), buffer, offset, length);
    }

    @Override
    public @Nullable IcePath path(Transport transport, InetSocketAddress remote) {
        return pathOf(local(), remote);
    }

    @Override
    public long nextWakeNs() {
        return Math.min(ice.nextWakeNs(), sctp.nextWakeNs());
    }

    @Override
    public void onTime(long nowNs) {
        ice.onTime(nowNs);
        if (nowNs >= sctp.nextWakeNs()) {
            sctp.onTime(nowNs);
        }
        drainSctp();
    }
}

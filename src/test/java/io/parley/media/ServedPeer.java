package io.parley.media;

import io.parley.scenario.ClientTransport;
import io.parley.scenario.Waiting;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.DtlsParameters;
import io.parley.webrtc.ortc.DtlsRole;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.ortc.SctpParameters;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A peer of the plane and the client in front of it, introduced to each other as a room would.
/// Echoes data.
final class ServedPeer implements AutoCloseable {
    private static final AtomicInteger NUMBERS = new AtomicInteger();

    final RoomMedia room;
    final IceParameters localIce;
    final PeerProxy proxy;
    final ClientTransport client;
    final List<PeerEvent> events = new CopyOnWriteArrayList<>();

    ServedPeer(RoomMedia room, ClientTransport client) {
        this(room, client, false);
    }

    ServedPeer(RoomMedia room, ClientTransport client, boolean gcmOnly) {
        this(room, client, gcmOnly, null);
    }

    /// Another node has served the client before.
    ServedPeer(RoomMedia room, ClientTransport client, PeerSettings.Adoption adopted) {
        this(room, client, false, adopted);
    }

    private ServedPeer(
            RoomMedia room,
            ClientTransport client,
            boolean gcmOnly,
            PeerSettings.@Nullable Adoption adopted) {
        this.room = room;
        this.client = client;
        int number = NUMBERS.incrementAndGet();
        this.localIce =
                new IceParameters(
                        "server%06d".formatted(number),
                        "password-of-the-server-%06d".formatted(number),
                        false);
        this.proxy =
                room.openPeer(
                        new PeerSettings(
                                "test/" + number, localIce, false, gcmOnly, false, adopted),
                        this::onEvent);
    }

    static ServedPeer connected(
            RoomMedia room, ClientTransport.Options options, ClientTransport.Listener listener) {
        var peer = new ServedPeer(room, new ClientTransport(options, listener));
        peer.introduce();
        peer.awaitConnected();
        return peer;
    }

    boolean isOpen(String label) {
        return events.stream()
                .anyMatch(event ->
                        event instanceof PeerEvent.DataChannelOpened(var terms)
                                && terms.label().equals(label));
    }

    void introduce() {
        tellServer();
        client.setRemote(localIce, List.of(room.fingerprint()));
        room.localCandidates().forEach(client::addCandidate);
    }

    void tellServer() {
        proxy.execute(new PeerCommand.SetRemoteIce(client.localIce()));
        client.candidates()
                .forEach(line -> proxy.execute(new PeerCommand.AddRemoteCandidate(line)));
        proxy.execute(
                new PeerCommand.StartDtls(
                        new DtlsParameters(DtlsRole.CLIENT, List.of(client.fingerprint()))));
        proxy.execute(new PeerCommand.StartSctp(new SctpParameters(5000, 262_144)));
    }

    void tellClient(IceParameters remote, DtlsFingerprint fingerprint) {
        client.setRemote(remote, List.of(fingerprint));
        room.localCandidates().forEach(client::addCandidate);
    }

    void awaitConnected() {
        Waiting.until(
                () -> "both sides connect; server " + state() + " client " + client.iceState(),
                () -> state() == PeerState.CONNECTED && client.isConnected());
    }

    private void onEvent(PeerEvent event) {
        events.add(event);
        if (event instanceof PeerEvent.DataReceived data) {
            proxy.execute(new PeerCommand.SendData(data.label(), data.isBinary(), data.payload()));
        }
    }

    PeerState state() {
        PeerState last = PeerState.NEW;
        for (PeerEvent event : events) {
            if (event instanceof PeerEvent.StateChanged(PeerState state, String _)) {
                last = state;
            }
        }
        return last;
    }

    @Override
    public void close() {
        proxy.execute(new PeerCommand.Close(true));
        Waiting.until("the peer closes", () -> state() == PeerState.CLOSED);
        client.close();
    }
}

package io.parley.room;

import io.parley.media.ChannelTerms;
import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerListener;
import io.parley.media.PeerProxy;
import io.parley.media.PeerSettings;
import io.parley.media.PeerState;
import io.parley.media.RoomMedia;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Media that never flows: remembers every command and says what the test wants said.
final class FakeMedia implements RoomMedia {
    final List<FakePeer> peers = new ArrayList<>();
    boolean broken;
    String fingerprint = "AA:BB";
    private long ids;

    /// One peer as the room drives it.
    static final class FakePeer implements PeerProxy {
        final PeerSettings settings;
        final PeerListener listener;
        final List<PeerCommand> commands = new ArrayList<>();

        FakePeer(PeerSettings settings, PeerListener listener) {
            this.settings = settings;
            this.listener = listener;
        }

        @Override
        public void execute(PeerCommand command) {
            commands.add(command);
        }

        void say(PeerEvent event) {
            listener.onPeerEvent(event);
        }

        void connect() {
            say(new PeerEvent.StateChanged(PeerState.CONNECTED, ""));
        }

        void fail() {
            say(new PeerEvent.StateChanged(PeerState.FAILED, "no path"));
        }

        void openChannels() {
            for (String label : List.of("_reliable", "_lossy", "_data_track")) {
                say(new PeerEvent.DataChannelOpened(new ChannelTerms(label, 2, true, -1)));
            }
        }

        <T extends PeerCommand> List<T> all(Class<T> kind) {
            return commands.stream().filter(kind::isInstance).map(kind::cast).toList();
        }

        boolean isClosed() {
            return !all(PeerCommand.Close.class).isEmpty();
        }
    }

    @Override
    public PeerProxy openPeer(PeerSettings settings, PeerListener listener) {
        if (broken) {
            throw new IllegalStateException("broken on purpose");
        }
        var peer = new FakePeer(settings, listener);
        peers.add(peer);
        return peer;
    }

    /// The newest peer of that label, `identity/publisher`.
    FakePeer peer(String identity, String side) {
        String end = "/" + identity + "/" + side.toLowerCase(Locale.ROOT);
        return peers.stream()
                .filter(peer -> peer.settings.label().endsWith(end))
                .reduce((_, newer) -> newer)
                .orElseThrow(() -> new AssertionError("no peer " + end));
    }

    long openPeers() {
        return peers.stream().filter(peer -> !peer.isClosed()).count();
    }

    @Override
    public List<String> localCandidates() {
        return List.of(
                "candidate:1 1 udp 2130706431 10.0.0.1 7882 typ host",
                "candidate:2 1 tcp 1671430143 10.0.0.1 7881 typ host tcptype passive");
    }

    @Override
    public DtlsFingerprint fingerprint() {
        return new DtlsFingerprint("sha-256", fingerprint);
    }

    @Override
    public SourceId newSourceId() {
        return new SourceId(++ids);
    }

    @Override
    public SendId newSendId() {
        return new SendId(++ids);
    }
}

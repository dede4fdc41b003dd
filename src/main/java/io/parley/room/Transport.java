package io.parley.room;

import io.parley.media.ChannelTerms;
import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerProxy;
import io.parley.media.PeerSecrets;
import io.parley.media.PeerSettings;
import io.parley.media.PeerState;
import io.parley.room.negotiation.LocalTransport;
import io.parley.room.negotiation.RemoteTransport;
import io.parley.store.state.ParticipantState;
import io.parley.store.state.SecuredState;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.IceParameters;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;
import livekit.LivekitRtc.SignalTarget;
import org.jspecify.annotations.Nullable;

/// One peer connection of a participant as the room sees it: its peer on the media side, its
/// credentials, its candidates and its state. Owned by its participant's negotiation.
final class Transport {
    private static final String ICE_CHARACTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int UFRAG_LENGTH = 8;
    private static final int PASSWORD_LENGTH = 32;

    private final Room room;
    private final Participant participant;
    private final SignalTarget target;
    private final Trickle trickle;
    private final Map<String, ChannelTerms> openChannels = new LinkedHashMap<>();
    private final List<ChannelTerms> adopted;
    private final TransportSecrets secrets;
    private final boolean existed;
    private final Set<String> fragments = new HashSet<>();
    private IceParameters localIce;
    private @Nullable PeerProxy peer;
    private PeerState state = PeerState.NEW;
    private long connectedAtNs = -1;
    private boolean tcpOnly;

    /// @param adopted data channels that the client has open since before this node had the room
    /// @param existed whether the client has the connection since then
    private Transport(
            Room room,
            Participant participant,
            SignalTarget target,
            List<ChannelTerms> adopted,
            SecuredState secured,
            boolean existed) {
        this.room = room;
        this.participant = participant;
        this.target = target;
        this.adopted = List.copyOf(adopted);
        this.existed = existed;
        this.secrets =
                new TransportSecrets(
                        room.given(), participant.sid() + " " + target.name(), secured);
        this.trickle = new Trickle(target);
        this.localIce = freshIce();
    }

    /// The connection on which the client offers.
    static Transport publisher(Room room, Participant participant, ParticipantState before) {
        var left = before.getAnswering();
        return new Transport(
                room,
                participant,
                SignalTarget.PUBLISHER,
                NegotiationStates.channels(left.getChannelsList()),
                left.getSecured(),
                before.hasAnswering());
    }

    /// The connection on which we offer.
    static Transport subscriber(Room room, Participant participant, ParticipantState before) {
        var left = before.getOffering();
        return new Transport(
                room,
                participant,
                SignalTarget.SUBSCRIBER,
                NegotiationStates.channels(left.getChannelsList()),
                left.getSecured(),
                before.hasOffering());
    }

    void open(boolean iceControlling, PeerInbox.Events events) {
        String label =
                room.name()
                        + "/"
                        + participant.identity()
                        + "/"
                        + target.name().toLowerCase(Locale.ROOT);
        var settings =
                new PeerSettings(
                        label,
                        localIce,
                        iceControlling,
                        room.ciphers().isGcmOnly(participant),
                        participant.traits().takesSctpZeroChecksum(),
                        secrets.adoption().orElse(null));
        peer =
                room.media()
                        .openPeer(
                                settings, room.given().inbox().listener(participant.sid(), events));
        if (tcpOnly) {
            execute(new PeerCommand.PreferTcp(true));
        }
        adopted.forEach(terms -> execute(new PeerCommand.AdoptDataChannel(terms)));
    }

    boolean isOpen() {
        return peer != null;
    }

    void execute(PeerCommand command) {
        if (peer != null) {
            peer.execute(command);
        }
    }

    LocalTransport local() {
        return new LocalTransport(localIce, fingerprint(), List.of());
    }

    private DtlsFingerprint fingerprint() {
        return secrets.adoptedFingerprint().orElseGet(room.media()::fingerprint);
    }

    /// New credentials, in use once [#restartIce] says so.
    IceParameters freshIce() {
        RandomGenerator random = room.sids().random();
        String fragment = text(random, UFRAG_LENGTH);
        fragments.add(fragment);
        return new IceParameters(fragment, text(random, PASSWORD_LENGTH), isIceLite());
    }

    private boolean isIceLite() {
        return room.settings().switches().iceLite()
                && participant.traits().takesIceLite()
                && !participant.init().session().getDisableIceLite();
    }

    void restartIce(IceParameters local) {
        localIce = local;
        execute(new PeerCommand.RestartIce(local));
    }

    void onRemote(RemoteTransport remote) {
        execute(new PeerCommand.SetRemoteIce(remote.ice()));
        remote.candidates().forEach(this::addRemote);
        trickle.onDescribed().forEach(this::addRemote);
        execute(new PeerCommand.StartDtls(remote.dtls()));
        var sctp = remote.sctp();
        if (sctp != null) {
            execute(new PeerCommand.StartSctp(sctp));
        }
    }

    void onSecured(PeerSecrets agreed) {
        secrets.onSecured(agreed, room.media().fingerprint());
    }

    void onRolledOver(PeerEvent.RolledOver event) {
        secrets.onRolledOver(event.ssrc(), event.count());
    }

    SecuredState secured() {
        return secrets.state();
    }

    /// Whether another node can go on with it as it is, or there is nothing to go on with.
    boolean isPortable() {
        return secrets.areKnown() || !(existed || isOpen());
    }

    /// Whether a description is ours, by its credentials.
    boolean isOurs(String sdp) {
        return fragments.stream().anyMatch(fragment -> sdp.contains("a=ice-ufrag:" + fragment));
    }

    void onCandidate(String candidate) {
        trickle.onCandidate(candidate).forEach(this::addRemote);
    }

    private void addRemote(String candidate) {
        execute(new PeerCommand.AddRemoteCandidate(candidate));
    }

    void trickle(String sdp, boolean allowTcp) {
        trickle.send(participant.signal(), sdp, localIce.usernameFragment(), candidates(allowTcp));
    }

    private List<String> candidates(boolean allowTcp) {
        return room.media().localCandidates().stream()
                .filter(each -> isTcp(each) ? allowTcp : !tcpOnly)
                .toList();
    }

    private static boolean isTcp(String candidate) {
        return candidate.toLowerCase(Locale.ROOT).contains(" tcp ");
    }

    void preferTcp(boolean only) {
        tcpOnly = only;
        execute(new PeerCommand.PreferTcp(only));
    }

    void onState(long nowNs, PeerState next) {
        if (next == PeerState.CONNECTED && connectedAtNs < 0) {
            connectedAtNs = nowNs;
        }
        state = next;
    }

    PeerState state() {
        return state;
    }

    boolean isConnected() {
        return state == PeerState.CONNECTED;
    }

    boolean wasConnected() {
        return connectedAtNs >= 0;
    }

    /// -1 for never.
    long connectedAtNs() {
        return connectedAtNs;
    }

    boolean wasShort(long nowNs, long limitNs) {
        return wasConnected() && nowNs - connectedAtNs < limitNs;
    }

    void onChannelOpened(ChannelTerms terms) {
        openChannels.put(terms.label(), terms);
    }

    void onChannelClosed(String label) {
        openChannels.remove(label);
    }

    boolean hasChannel(String label) {
        return openChannels.containsKey(label);
    }

    /// Those that are open, or were before this node had the room and will be again.
    Collection<ChannelTerms> channels() {
        return openChannels.isEmpty() ? adopted : openChannels.values();
    }

    void close(boolean sayGoodbye) {
        execute(new PeerCommand.Close(sayGoodbye));
        peer = null;
        state = PeerState.CLOSED;
        openChannels.clear();
    }

    private static String text(RandomGenerator random, int length) {
        var text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ICE_CHARACTERS.charAt(random.nextInt(ICE_CHARACTERS.length())));
        }
        return text.toString();
    }
}

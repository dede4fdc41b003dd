package io.parley.room;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import io.parley.auth.Grants;
import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.state.ParticipantState;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.ParticipantInfo.Kind;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitModels.ParticipantPermission;
import livekit.LivekitModels.TrackSource;
import org.jspecify.annotations.Nullable;

/// One participant: who it is, what it may, and everything that works for it. The state only goes
/// forward: JOINING (JoinResponse not written) → JOINED → ACTIVE (primary connection connected) →
/// DISCONNECTED (signal.md §5.1). Owned by its room's context.
public final class Participant {
    /// `ParticipantInfo.capabilities`, younger than the generated classes.
    private static final int CAPABILITIES_FIELD = 21;

    private static final int UNSTORED_VERSIONS = 1000;
    private static final long MS_PER_SECOND = 1000;

    private final String sid;
    private final ParticipantInit init;
    private final ClientTraits traits;
    private final ClientConfigurations configuration;
    private final Signaller signal;
    private final Responses responses;
    private final SeenParticipants seen = new SeenParticipants();
    private final TokenRefresh tokens;
    private final SubscriptionPermissions subscriptionPermissions = new SubscriptionPermissions();
    private final DataChannels channels;
    private final DataTracks dataTracks;
    private final TrackPublishing tracks;
    private final Subscriptions subscriptions;
    private final Negotiation negotiation;
    private final Room room;

    private long joinedAtMs;
    private State state = State.JOINING;
    private ParticipantPermission permission;
    private String name;
    private String metadata;
    private Map<String, String> attributes;
    private boolean publisher;
    private DisconnectReason reason = DisconnectReason.UNKNOWN_REASON;
    private int version;
    private @Nullable ParticipantInfo info;
    private long activeSinceNs;
    private long lastSignalNs;
    private Timers.@Nullable Timer cleanup;

    Participant(long nowNs, Room room, ParticipantInit init, SignalSink sink) {
        this(
                nowNs,
                room,
                init,
                sink,
                room.sids().participant(),
                ParticipantState.getDefaultInstance());
    }

    private Participant(
            long nowNs,
            Room room,
            ParticipantInit init,
            SignalSink sink,
            String sid,
            ParticipantState before) {
        this.room = room;
        this.sid = sid;
        this.init = init;
        this.traits = new ClientTraits(init.session().getClient());
        this.configuration = new ClientConfigurations(traits, false);
        this.joinedAtMs = room.wall().epochMs(nowNs);
        this.signal = new Signaller(sink);
        this.responses = new Responses(signal, traits);
        this.permission = init.grants().video().permission();
        this.name = init.grants().name();
        this.metadata = init.grants().metadata();
        this.attributes = Map.copyOf(init.grants().attributes());
        this.lastSignalNs = nowNs;
        this.tokens = new TokenRefresh(init, room.given(), room.timers());
        this.channels = new DataChannels(this);
        this.dataTracks = new DataTracks(room, this);
        this.tracks = new TrackPublishing(room, this);
        this.subscriptions = new Subscriptions(room, this, init.session().getAdaptiveStream());
        this.negotiation = new Negotiation(room, this, before);
    }

    /// The same participant as another node knew it; its websocket and its media are still to come.
    static Participant takenOver(long nowNs, Room room, ParticipantRecord record) {
        var info = record.info();
        var state = record.state();
        var init =
                new ParticipantInit(
                        state.getSession(),
                        Grants.fromJson(state.getSession().getGrantsJson()),
                        state.getApiKey(),
                        state.getTokenExpiresMs());
        var participant = new Participant(nowNs, room, init, SignalSink.NONE, info.getSid(), state);
        participant.takeOver(info);
        participant.signal.onConnectionLost(nowNs);
        return participant;
    }

    /// What others have seen of it may be a little newer than what was stored.
    private void takeOver(ParticipantInfo known) {
        joinedAtMs = known.getJoinedAtMs();
        state = known.getState();
        permission = known.getPermission();
        name = known.getName();
        metadata = known.getMetadata();
        attributes = Map.copyOf(known.getAttributesMap());
        publisher = known.getIsPublisher();
        version = known.getVersion() + UNSTORED_VERSIONS;
    }

    public String sid() {
        return sid;
    }

    public String identity() {
        return init.identity();
    }

    public State state() {
        return state;
    }

    public ClientTraits traits() {
        return traits;
    }

    ClientConfigurations clientConfiguration() {
        return configuration;
    }

    Signaller signal() {
        return signal;
    }

    Responses responses() {
        return responses;
    }

    SeenParticipants seen() {
        return seen;
    }

    TokenRefresh tokens() {
        return tokens;
    }

    SubscriptionPermissions subscriptionPermissions() {
        return subscriptionPermissions;
    }

    DataChannels channels() {
        return channels;
    }

    DataTracks dataTracks() {
        return dataTracks;
    }

    TrackPublishing tracks() {
        return tracks;
    }

    Subscriptions subscriptions() {
        return subscriptions;
    }

    Negotiation negotiation() {
        return negotiation;
    }

    ParticipantInit init() {
        return init;
    }

    ParticipantPermission permission() {
        return permission;
    }

    Map<String, String> attributes() {
        return attributes;
    }

    boolean isHidden() {
        return permission.getHidden();
    }

    @SuppressWarnings("deprecation") // the flag of recorders before there were kinds
    boolean isRecorder() {
        return permission.getRecorder();
    }

    @SuppressWarnings("deprecation") // the flag of agents before there were kinds
    boolean isAgent() {
        return init.grants().kind() == Kind.AGENT || permission.getAgent();
    }

    /// Agents and recorders do not count and keep no room alive (signal.md §2.3).
    boolean isDependent() {
        return init.grants().isDependent();
    }

    boolean isPublisher() {
        return publisher;
    }

    boolean isActive() {
        return state == State.ACTIVE;
    }

    boolean isGone() {
        return state == State.DISCONNECTED;
    }

    /// Has its JoinResponse and has not left.
    boolean isReady() {
        return state == State.JOINED || state == State.ACTIVE;
    }

    boolean mayPublish(TrackSource source) {
        var sources = permission.getCanPublishSourcesList();
        return permission.getCanPublish() && (sources.isEmpty() || sources.contains(source));
    }

    long activeSinceNs() {
        return activeSinceNs;
    }

    long lastSignalNs() {
        return lastSignalNs;
    }

    void onSignalSeen(long nowNs) {
        lastSignalNs = nowNs;
    }

    void onJoinWritten() {
        state = State.JOINED;
        touch();
    }

    void onActive(long nowNs) {
        state = State.ACTIVE;
        activeSinceNs = nowNs;
        touch();
    }

    void onGone(DisconnectReason why) {
        state = State.DISCONNECTED;
        reason = why;
        touch();
    }

    void becomePublisher() {
        publisher = true;
        touch();
    }

    void describe(String newName, String newMetadata, Map<String, String> newAttributes) {
        name = newName.isEmpty() ? name : newName;
        metadata = newMetadata.isEmpty() ? metadata : newMetadata;
        attributes = Map.copyOf(newAttributes);
        touch();
    }

    void permission(ParticipantPermission next) {
        permission = next;
        touch();
    }

    /// Everybody hears of the change at once, then the client gets a token that carries it.
    void onClaimsChanged(long nowNs) {
        room.updates().broadcastNow(nowNs, this);
        room.onParticipantChanged(nowNs, this);
        tokens.onClaimsChanged(nowNs, this);
    }

    Grants currentGrants() {
        var grants = init.grants();
        if (!grants.name().equals(name)) {
            grants = grants.withName(name);
        }
        if (!grants.metadata().equals(metadata)) {
            grants = grants.withMetadata(metadata);
        }
        if (!grants.attributes().equals(attributes)) {
            grants = grants.withAttributes(attributes);
        }
        return grants.video().permission().equals(permission)
                ? grants
                : grants.withPermission(permission);
    }

    /// Something that others see has changed.
    void touch() {
        info = null;
    }

    RoomEvent joinedEvent(long nowNs) {
        return new RoomEvent.ParticipantJoined(info(), traits.protocol(), sinceJoinMs(nowNs));
    }

    RoomEvent leftEvent(long nowNs, boolean wasActive) {
        return new RoomEvent.ParticipantLeft(
                info(), wasActive, traits.protocol(), sinceJoinMs(nowNs));
    }

    private long sinceJoinMs(long nowNs) {
        return room.wall().epochMs(nowNs) - joinedAtMs;
    }

    /// What others see; a new version whenever something changed.
    ParticipantInfo info() {
        var known = info;
        if (known == null) {
            version++;
            known = build();
            info = known;
        }
        return known;
    }

    private ParticipantInfo build() {
        return ParticipantInfo.newBuilder()
                .setSid(sid)
                .setIdentity(identity())
                .setState(state)
                .addAllTracks(tracks.publishedInfos())
                .setMetadata(metadata)
                .setJoinedAt(joinedAtMs / MS_PER_SECOND)
                .setJoinedAtMs(joinedAtMs)
                .setName(name)
                .setVersion(version)
                .setPermission(permission)
                .setRegion(room.settings().server().getRegion())
                .setIsPublisher(publisher)
                .setKind(init.grants().kind())
                .addAllKindDetailsValue(init.grants().kindDetails())
                .putAllAttributes(attributes)
                .setDisconnectReason(reason)
                .setClientProtocol(traits.info().getClientProtocol())
                .addAllDataTracks(dataTracks.infos())
                .setUnknownFields(capabilities(traits.info().getCapabilitiesValueList()))
                .build();
    }

    /// Clients agree on features among themselves through these, so that also numbers without a
    /// name here are passed on.
    static UnknownFieldSet capabilities(List<Integer> numbers) {
        if (numbers.isEmpty()) {
            return UnknownFieldSet.getDefaultInstance();
        }
        var packed = ByteString.newOutput();
        var out = CodedOutputStream.newInstance(packed);
        try {
            for (int number : numbers) {
                out.writeEnumNoTag(number);
            }
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return UnknownFieldSet.newBuilder()
                .addField(
                        CAPABILITIES_FIELD,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(packed.toByteString())
                                .build())
                .build();
    }

    /// The participant goes if it does not resume in time; the earliest limit counts.
    void awaitResume(long nowNs, long limitNs, Timers.Task then) {
        long atNs = nowNs + limitNs;
        if (cleanup != null && cleanup.atNs() <= atNs) {
            return;
        }
        onResumed();
        cleanup = room.timers().startDecision(atNs, sid, "resume", then);
    }

    /// Whether its peer connections can go on here.
    boolean canResume() {
        return !negotiation.arrival().isExpected() || negotiation.canMove();
    }

    void onResumed() {
        if (cleanup != null) {
            cleanup.cancel();
            cleanup = null;
        }
    }
}

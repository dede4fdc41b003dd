package io.parley.room;

import io.parley.media.RoomMedia;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitModels.ParticipantInfo.State;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRtc.LeaveRequest.Action;
import livekit.LivekitRtc.RoomUpdate;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/// A room: who is in it and every decision about them. Plain and single-threaded; time comes in as
/// the first parameter, everything else through its surroundings. Owned by its room's context.
public final class Room {
    static final long JOIN_VERIFY_NS = Duration.ofSeconds(60).toNanos();
    static final long RESUME_NS = Duration.ofSeconds(5).toNanos();
    static final long DETACHED_NS = Duration.ofSeconds(30).toNanos();
    static final long COUNTS_NS = Duration.ofSeconds(5).toNanos();

    private final RoomSurroundings given;
    private final Sids sids;
    private final RoomRecord record;
    private final Timers timers = new Timers();
    private final Map<String, Participant> byIdentity = new LinkedHashMap<>();
    private final Map<String, Participant> bySid = new HashMap<>();
    private final Map<String, Track> tracks = new HashMap<>();
    private final Updates updates;
    private final MetadataUpdates metadata;
    private final Endings endings = new Endings(this);
    private final RoomLifetime lifetime;
    private final JoinResponses responses;
    private final DataRouter data = new DataRouter(this);
    private final Speakers speakers;
    private final Qualities qualities;
    private final CandidateFallback fallback;
    private final RoomApi api = new RoomApi(this);
    private boolean started;
    private boolean closed;
    private boolean countsDue;

    private Room(long nowNs, RoomRecord record, RoomSurroundings given) {
        this.given = given;
        this.sids = new Sids(given.random());
        this.record = record;
        var settings = given.settings();
        this.updates = new Updates(byIdentity, timers, settings.limits().updateBatchBytes());
        this.metadata = new MetadataUpdates(settings.limits());
        this.lifetime = new RoomLifetime(this, nowNs);
        this.responses = new JoinResponses(this, sids.secret());
        this.speakers = new Speakers(this, settings.media().speakerInterval().toNanos());
        this.qualities = new Qualities(this, settings.media().qualityInterval().toNanos());
        this.fallback = new CandidateFallback(settings.media().allowTcpFallback());
        lifetime.update(nowNs);
    }

    /// A room that no record exists of.
    public static Room create(long nowNs, String name, RoomSurroundings given) {
        String sid = new Sids(given.random()).room();
        long epochMs = given.wall().epochMs(nowNs);
        return new Room(
                nowNs, RoomRecord.create(name, sid, given.settings().defaults(), epochMs), given);
    }

    /// A room whose record was in the store.
    public static Room restore(
            long nowNs,
            livekit.LivekitModels.Room room,
            RoomInternal internal,
            RoomSurroundings given) {
        var restored = new Room(nowNs, new RoomRecord(room, internal), given);
        restored.start(nowNs, CreateRoomRequest.getDefaultInstance());
        return restored;
    }

    /// Somebody means it: a first join that succeeds, or CreateRoom. Options count only now; of a
    /// room that is live they are ignored.
    public void start(long nowNs, CreateRoomRequest options) {
        if (started || closed) {
            return;
        }
        started = true;
        record.apply(options);
        qualities.start(nowNs);
        lifetime.update(nowNs);
        emit(nowNs, new RoomEvent.RoomStarted(proto(), record.internal()));
        given.launch().onRoomStarted(proto(), record.internal());
    }

    /// Lets a client in, lets it resume, or says why not (signal.md §3.1 #5 to #15).
    public JoinOutcome join(long nowNs, ParticipantInit init, SignalSink sink) {
        if (!lifetime.hold()) {
            return new JoinOutcome.Refused(JoinOutcome.Refusal.ROOM_CLOSED);
        }
        try {
            return joinHeld(nowNs, init, sink);
        } finally {
            lifetime.release(nowNs);
        }
    }

    private JoinOutcome joinHeld(long nowNs, ParticipantInit init, SignalSink sink) {
        if (init.identity().isEmpty()) {
            start(nowNs, init.session().getCreateRoom());
            return new JoinOutcome.RoomOnly();
        }
        if (metadata.isTooLargeMetadata(init.grants().metadata())) {
            return new JoinOutcome.Refused(JoinOutcome.Refusal.METADATA_TOO_LARGE);
        }
        if (metadata.areTooLargeAttributes(init.grants().attributes())) {
            return new JoinOutcome.Refused(JoinOutcome.Refusal.ATTRIBUTES_TOO_LARGE);
        }
        var present = byIdentity.get(init.identity());
        if (init.reconnect()) {
            return Resumption.isSame(init, present)
                    ? resume(nowNs, present, init, sink)
                    : turnAway(nowNs, init, sink);
        }
        if (isFull(init, present)) {
            return new JoinOutcome.Refused(JoinOutcome.Refusal.ROOM_FULL);
        }
        start(nowNs, init.session().getCreateRoom());
        if (present != null) {
            endings.duplicateIdentity(nowNs, present);
        }
        return new JoinOutcome.Joined(admit(nowNs, init, sink));
    }

    private JoinOutcome resume(
            long nowNs, @Nullable Participant present, ParticipantInit init, SignalSink sink) {
        var participant = Objects.requireNonNull(present);
        new Resumption(this, responses).resume(nowNs, participant, init, sink);
        return new JoinOutcome.Resumed(participant);
    }

    private JoinOutcome turnAway(long nowNs, ParticipantInit init, SignalSink sink) {
        var client = new ClientTraits(init.session().getClient());
        sink.send(Endings.leave(client, DisconnectReason.STATE_MISMATCH, Action.RECONNECT));
        sink.close();
        if (!started) {
            close(nowNs, RoomEvent.RoomEnd.OPEN_FAILED);
        }
        return new JoinOutcome.TurnedAway();
    }

    /// Counted at this very moment: two last-place joins cannot both win.
    private boolean isFull(ParticipantInit init, @Nullable Participant replaced) {
        int limit = started ? record.maxParticipants() : firstLimit(init);
        if (limit == 0 || init.grants().isDependent()) {
            return false;
        }
        int others = countedParticipants();
        if (replaced != null && !replaced.isDependent()) {
            others--;
        }
        return others >= limit;
    }

    private int firstLimit(ParticipantInit init) {
        int asked = init.session().getCreateRoom().getMaxParticipants();
        return asked > 0 ? asked : record.maxParticipants();
    }

    /// JoinResponse first; then the others hear; then the server's offer; then what came with the
    /// join request; then the token.
    private Participant admit(long nowNs, ParticipantInit init, SignalSink sink) {
        var joiner = new Participant(nowNs, this, init, sink);
        byIdentity.put(joiner.identity(), joiner);
        bySid.put(joiner.sid(), joiner);
        lifetime.onJoined(joiner);
        countsChanged(nowNs);
        joiner.seen().onSnapshot(nowNs, joiner.info());
        joiner.signal().send(responses.join(nowNs, joiner));
        joiner.onJoinWritten();
        updates.broadcast(nowNs, joiner);
        if (joiner.isRecorder() && record.activeRecording(true)) {
            sendRoomUpdate(nowNs);
        }
        onParticipantChanged(nowNs, joiner);
        timers.start(
                nowNs + JOIN_VERIFY_NS, joiner.sid(), "join", laterNs -> verify(laterNs, joiner));
        startMedia(nowNs, joiner);
        for (var request : init.session().getAddTrackRequestsList()) {
            joiner.tracks().onAddTrack(nowNs, request);
        }
        if (init.session().hasPublisherOffer()) {
            joiner.negotiation().onOffer(nowNs, init.session().getPublisherOffer());
        }
        if (!joiner.isGone()) {
            joiner.tokens().start(nowNs, joiner);
        }
        return joiner;
    }

    private void startMedia(long nowNs, Participant joiner) {
        var negotiation = joiner.negotiation();
        if (fallback.isPreferred(nowNs, joiner.identity())) {
            negotiation.startWithTcp();
        }
        boolean fast = negotiation.isSingle() || joiner.traits().takesFastStart();
        if (negotiation.isSubscriberPrimary()) {
            negotiation.openSubscriber();
        }
        if (fast) {
            subscribeToExisting(nowNs, joiner);
        }
        if (negotiation.isSubscriberPrimary()) {
            negotiation.negotiateNow(nowNs);
        }
    }

    private void subscribeToExisting(long nowNs, Participant joiner) {
        if (joiner.init().session().getAutoSubscribe()) {
            for (var other : others(joiner)) {
                other.tracks()
                        .published()
                        .forEach(track -> joiner.subscriptions().subscribe(nowNs, track));
            }
            joiner.subscriptions().reconcile(nowNs);
        }
        joiner.dataTracks().subscribeToExisting();
    }

    private void verify(long nowNs, Participant joiner) {
        if (!joiner.isActive()) {
            endings.joinFailed(nowNs, joiner);
        }
    }

    void onPrimaryConnected(long nowNs, Participant participant) {
        if (participant.state() != State.JOINED) {
            return;
        }
        participant.onActive(nowNs);
        updates.broadcast(nowNs, participant);
        onParticipantChanged(nowNs, participant);
        emit(nowNs, new RoomEvent.ParticipantJoined(participant.info()));
        given.launch().onParticipantActive(proto(), participant.info());
        if (!participant.negotiation().isSingle() && !participant.traits().takesFastStart()) {
            subscribeToExisting(nowNs, participant);
        }
    }

    /// The client is asked to resume; whoever does not within 5 s is gone (signal.md §6.3).
    void onTransportFailed(long nowNs, Participant participant) {
        if (!participant.signal().isDetached()) {
            endings.askToResume(nowNs, participant);
        }
        participant.awaitResume(
                nowNs, RESUME_NS, laterNs -> endings.connectionTimedOut(laterNs, participant));
    }

    /// The websocket is gone without a Leave: without media the participant goes with it, else it
    /// may resume for a while (§10 #7; LiveKit waits without a limit).
    public void onConnectionLost(long nowNs, Participant participant) {
        if (participant.isGone()) {
            return;
        }
        if (!participant.negotiation().wasConnected()) {
            endings.signalClosed(nowNs, participant);
            return;
        }
        participant.signal().onConnectionLost(nowNs);
        participant.awaitResume(
                nowNs, DETACHED_NS, laterNs -> endings.connectionTimedOut(laterNs, participant));
        if (participant.negotiation().saidGoodbye()) {
            endings.vanished(nowNs, participant);
        }
    }

    /// Whoever closes its media and is without a websocket has left.
    void onGoodbye(long nowNs, Participant participant) {
        if (participant.signal().isDetached()) {
            endings.vanished(nowNs, participant);
        }
    }

    /// A bug met in one session: that session ends, the client comes back as a new one.
    public void onSessionFault(long nowNs, String sid) {
        var participant = bySid.get(sid);
        if (participant != null) {
            endings.fullReconnect(nowNs, participant);
        }
    }

    void onTrackPublished(long nowNs, Track track) {
        var publisher = track.publisher();
        tracks.put(track.sid(), track);
        updates.broadcastToOthers(nowNs, publisher);
        onParticipantChanged(nowNs, publisher);
        countsChanged(nowNs);
        for (var other : others(publisher)) {
            boolean subscribesItself =
                    other.init().session().getAutoSubscribe()
                            && (other.isActive() || other.traits().takesFastStart());
            if (subscribesItself) {
                other.subscriptions().subscribe(nowNs, track);
            }
            other.subscriptions().onTrackPublished(nowNs, track);
        }
        emit(nowNs, new RoomEvent.TrackPublished(publisher.info(), track.info().build()));
        given.launch().onTrackPublished(proto(), publisher.info(), track.info().build());
    }

    void onTrackUnpublished(long nowNs, Track track) {
        var publisher = track.publisher();
        tracks.remove(track.sid());
        for (var subscriber : List.copyOf(byIdentity.values())) {
            subscriber.subscriptions().onTrackGone(nowNs, track);
        }
        speakers.onSilenced(nowNs, track);
        emit(nowNs, new RoomEvent.TrackUnpublished(publisher.info(), track.info().build()));
        if (!publisher.isGone()) {
            updates.broadcastToOthers(nowNs, publisher);
            onParticipantChanged(nowNs, publisher);
        }
    }

    void onTrackChanged(long nowNs, Track track) {
        updates.broadcastNow(nowNs, track.publisher());
        onParticipantChanged(nowNs, track.publisher());
    }

    void onTrackMuted(long nowNs, Track track) {
        if (track.isMuted()) {
            speakers.onSilenced(nowNs, track);
        }
        onTrackChanged(nowNs, track);
    }

    void onEncodingAdded(long nowNs, Track track) {
        onTrackChanged(nowNs, track);
        for (var other : others(track.publisher())) {
            other.subscriptions().onEncodingsChanged(nowNs, track);
        }
    }

    void onDataTracksChanged(long nowNs, Participant publisher) {
        publisher.touch();
        updates.broadcastNow(nowNs, publisher);
        onParticipantChanged(nowNs, publisher);
        countsChanged(nowNs);
    }

    void onFirstSubscription(long nowNs, Participant subscriber, Participant publisher) {
        speakers.onFirstSubscription(subscriber, publisher.sid());
        qualities.onFirstSubscription(subscriber, publisher);
    }

    void onParticipantChanged(long nowNs, Participant participant) {
        if (!participant.isGone()) {
            emit(nowNs, new RoomEvent.ParticipantChanged(participant.info()));
        }
    }

    /// The one way out. `replaced`: the same identity is coming in again.
    void remove(long nowNs, Participant leaving, DisconnectReason reason, boolean replaced) {
        if (!bySid.remove(leaving.sid(), leaving)) {
            return;
        }
        boolean wasActive = leaving.activeSinceNs() > 0 || leaving.isActive();
        byIdentity.remove(leaving.identity(), leaving);
        leaving.onGone(reason);
        leaving.subscriptions().close(nowNs);
        leaving.tracks().close(nowNs);
        leaving.dataTracks().close();
        leaving.negotiation().close(reason != DisconnectReason.MIGRATION);
        leaving.signal().close();
        timers.cancelAllOf(leaving.sid());
        speakers.onGone(leaving);
        qualities.onGone(leaving);
        data.onGone(leaving);
        updates.broadcastGone(nowNs, leaving, replaced);
        countsChanged(nowNs);
        emit(nowNs, new RoomEvent.ParticipantLeft(leaving.info(), wasActive));
        if (leaving.isRecorder() && record.activeRecording(hasRecorder())) {
            sendRoomUpdate(nowNs);
        }
        lifetime.onLeft(nowNs);
    }

    private boolean hasRecorder() {
        return byIdentity.values().stream().anyMatch(Participant::isRecorder);
    }

    /// Counts go out every 5 s at most, everything else of the room at once (signal.md §3.9); the
    /// record is stored with them at once.
    private void countsChanged(long nowNs) {
        emit(nowNs, new RoomEvent.RoomUpdated(proto()));
        if (!countsDue) {
            countsDue = true;
            timers.start(nowNs + COUNTS_NS, "", "room counts", this::sendCounts);
        }
    }

    private void sendCounts(long nowNs) {
        countsDue = false;
        refreshCounts();
        if (record.haveCountsChanged()) {
            sendRoomUpdate(nowNs);
        }
    }

    private void refreshCounts() {
        int publishers = 0;
        for (var participant : byIdentity.values()) {
            publishers += participant.isPublisher() ? 1 : 0;
        }
        record.counts(countedParticipants(), publishers);
    }

    void sendRoomUpdate(long nowNs) {
        record.touch(nowNs, wall());
        var room = proto();
        record.onTold();
        var update =
                SignalResponse.newBuilder()
                        .setRoomUpdate(RoomUpdate.newBuilder().setRoom(room))
                        .build();
        for (var participant : byIdentity.values()) {
            if (participant.isReady()) {
                participant.signal().send(update);
            }
        }
        emit(nowNs, new RoomEvent.RoomUpdated(room));
    }

    void closeIfEmpty(long nowNs) {
        if (lifetime.mayClose()) {
            close(nowNs, RoomEvent.RoomEnd.IDLE_TIMEOUT);
        }
    }

    /// Ends the room and everybody in it.
    public void close(long nowNs, RoomEvent.RoomEnd end) {
        if (closed) {
            return;
        }
        closed = true;
        for (var participant : new ArrayList<>(byIdentity.values())) {
            switch (end) {
                case API_DELETE -> endings.roomDeleted(nowNs, participant);
                case SERVER_SHUTDOWN -> endings.serverShutdown(nowNs, participant);
                case SUPERSEDED -> endings.handOver(nowNs, participant);
                case IDLE_TIMEOUT, OPEN_FAILED -> endings.roomClosed(nowNs, participant);
            }
        }
        timers.cancelAll();
        emit(nowNs, new RoomEvent.RoomFinished(proto(), end));
    }

    private void emit(long nowNs, RoomEvent event) {
        given.listener().onRoomEvent(nowNs, event);
    }

    public boolean isClosed() {
        return closed;
    }

    /// Whether anybody has joined or created it; a mere look-up does not count.
    public boolean isStarted() {
        return started;
    }

    public RoomApi api() {
        return api;
    }

    public Timers timers() {
        return timers;
    }

    public String name() {
        return record.name();
    }

    /// The record with live counts.
    public livekit.LivekitModels.Room proto() {
        refreshCounts();
        return record.proto();
    }

    public Collection<Participant> participants() {
        return Collections.unmodifiableCollection(byIdentity.values());
    }

    public @Nullable Participant bySid(String sid) {
        return bySid.get(sid);
    }

    @Nullable Participant byIdentity(String identity) {
        return byIdentity.get(identity);
    }

    Map<String, Participant> participantsBySid() {
        return Collections.unmodifiableMap(bySid);
    }

    List<Participant> others(Participant than) {
        var others = new ArrayList<>(byIdentity.values());
        others.remove(than);
        return others;
    }

    int countedParticipants() {
        int counted = 0;
        for (var participant : byIdentity.values()) {
            counted += participant.isDependent() ? 0 : 1;
        }
        return counted;
    }

    /// Published ones only.
    @Nullable Track findTrack(String sid) {
        return tracks.get(sid);
    }

    @Nullable Participant publisherOfDataTrack(String sid) {
        for (var participant : byIdentity.values()) {
            if (participant.dataTracks().has(sid)) {
                return participant;
            }
        }
        return null;
    }

    void ensureKnown(Participant receiver, Participant publisher) {
        updates.ensureKnown(receiver.lastSignalNs(), receiver, publisher);
    }

    RoomSurroundings given() {
        return given;
    }

    RoomSettings settings() {
        return given.settings();
    }

    RoomMedia media() {
        return given.media();
    }

    WallTime wall() {
        return given.wall();
    }

    Sids sids() {
        return sids;
    }

    RoomRecord record() {
        return record;
    }

    Updates updates() {
        return updates;
    }

    MetadataUpdates metadata() {
        return metadata;
    }

    Endings endings() {
        return endings;
    }

    DataRouter data() {
        return data;
    }

    Speakers speakers() {
        return speakers;
    }

    Qualities quality() {
        return qualities;
    }

    CandidateFallback fallback() {
        return fallback;
    }
}

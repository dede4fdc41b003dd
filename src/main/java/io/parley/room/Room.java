package io.parley.room;

import io.parley.media.RoomMedia;
import io.parley.store.ObjectStore;
import io.parley.store.ObjectStore.StoredRoom;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitModels.DisconnectReason;
import livekit.LivekitRoom.CreateRoomRequest;
import livekit.LivekitRtc.RoomUpdate;
import livekit.LivekitRtc.SignalResponse;
import org.jspecify.annotations.Nullable;

/// A room: who is in it and every decision about them. Plain and single-threaded; time comes in as
/// the first parameter, everything else through its surroundings. Owned by its room's context.
public final class Room {
    private final RoomSurroundings given;
    private final Sids sids;
    private final RoomRecord record;
    private final Timers timers;
    private final Map<String, Participant> byIdentity = new LinkedHashMap<>();
    private final Map<String, Participant> bySid = new HashMap<>();
    private final Map<String, Track> tracks = new HashMap<>();
    private final Updates updates;
    private final MetadataUpdates metadata;
    private final Endings endings = new Endings(this);
    private final RoomLifetime lifetime;
    private final String sifTrailer;
    private final Admission admission;
    private final LostConnections lost = new LostConnections(this);
    private final RoomCounts counts = new RoomCounts(this);
    private final Simulations simulations = new Simulations(this);
    private final DataRouter data = new DataRouter(this);
    private final Speakers speakers;
    private final Qualities qualities;
    private final CandidateFallback fallback;
    private final JoinObjections objections = new JoinObjections(this);
    private final CipherFallback ciphers = new CipherFallback();
    private final RoomApi api = new RoomApi(this);
    private final Unsaved unsaved = new Unsaved(this);
    private boolean started;
    private boolean closed;

    private Room(long nowNs, RoomRecord record, String sifTrailer, RoomSurroundings given) {
        this.given = given;
        this.timers = new Timers(given.fence());
        this.sids = new Sids(given.random());
        this.record = record;
        var settings = given.settings();
        this.updates = new Updates(byIdentity, timers, settings.limits().updateBatchBytes());
        this.metadata = new MetadataUpdates(settings.limits());
        this.lifetime = new RoomLifetime(this, nowNs);
        this.sifTrailer = sifTrailer.isEmpty() ? sids.secret() : sifTrailer;
        this.admission = new Admission(this, new JoinResponses(this));
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
                nowNs,
                RoomRecord.create(name, sid, given.settings().defaults(), epochMs),
                "",
                given);
    }

    /// A room that another owner has left behind, with everybody who was in it.
    public static Room restore(
            long nowNs, ObjectStore.RoomRecord known, StoredRoom stored, RoomSurroundings given) {
        var record = new RoomRecord(known.room(), known.internal());
        var room = new Room(nowNs, record, known.state().getSifTrailer(), given);
        room.started = true;
        room.emit(nowNs, new RoomEvent.RoomStarted(room.proto(), record.internal()));
        room.lifetime.takeOver(known.state().getUsed(), nowNs);
        new Takeover(room).restore(nowNs, stored);
        room.qualities.start(nowNs);
        room.lifetime.update(nowNs);
        return room;
    }

    /// Somebody means it: a first join that succeeds, or CreateRoom. Options count only now; of a
    /// room that is live they are ignored.
    public void start(long nowNs, CreateRoomRequest options) {
        if (started || closed) {
            return;
        }
        started = true;
        record.apply(settings().presets().filled(options));
        qualities.start(nowNs);
        lifetime.update(nowNs);
        emit(nowNs, new RoomEvent.RoomStarted(proto(), record.internal()));
        given.launch().onRoomStarted(proto(), record.internal());
    }

    /// A room that nobody could start goes again.
    void giveUpUnstarted(long nowNs) {
        if (!started) {
            close(nowNs, RoomEvent.RoomEnd.OPEN_FAILED);
        }
    }

    /// Lets a client in, lets it resume, or says why not.
    public JoinOutcome join(long nowNs, ParticipantInit init, SignalSink sink) {
        if (!lifetime.hold()) {
            return new JoinOutcome.Refused(JoinOutcome.Refusal.ROOM_CLOSED);
        }
        try {
            return admission.join(nowNs, init, sink);
        } finally {
            lifetime.release(nowNs);
        }
    }

    /// What a join would hear at this moment; nothing changes by asking.
    public Optional<JoinOutcome.Refusal> check(ParticipantInit init) {
        return closed ? Optional.of(JoinOutcome.Refusal.ROOM_CLOSED) : objections.toJoin(init);
    }

    /// A bug met while that identity was coming in: what of it is in the room goes again.
    void onJoinFault(long nowNs, String identity) {
        var participant = byIdentity.get(identity);
        if (participant != null) {
            endings.fullReconnect(nowNs, participant);
        }
    }

    /// In the maps, so that it misses nothing.
    void enter(long nowNs, Participant joiner) {
        byIdentity.put(joiner.identity(), joiner);
        bySid.put(joiner.sid(), joiner);
        emit(nowNs, new RoomEvent.Counted.Admitted());
        lifetime.onJoined(joiner);
        countsChanged(nowNs);
    }

    /// Another node had let it in.
    void readmit(Participant participant) {
        byIdentity.put(participant.identity(), participant);
        bySid.put(participant.sid(), participant);
        participant.tracks().published().forEach(track -> tracks.put(track.sid(), track));
        lifetime.onJoined(participant);
    }

    void onActive(long nowNs, Participant participant) {
        emit(nowNs, participant.joinedEvent(nowNs));
        given.launch().onParticipantActive(proto(), participant.info());
    }

    /// The websocket is gone without a Leave.
    public void onConnectionLost(long nowNs, Participant participant) {
        lost.onSignalLost(nowNs, participant);
    }

    /// The node that holds the websocket is not seen from here any more.
    public void onEdgeLost(long nowNs, Participant participant) {
        lost.onEdgeLost(nowNs, participant);
    }

    /// The node that holds the websocket goes.
    public void onEdgeLeaving(long nowNs, Participant participant) {
        endings.askToMove(nowNs, participant);
    }

    /// The websocket has outlived the room's last owner. False if it is of no use here.
    public boolean attach(long nowNs, String sid, SignalSink sink) {
        var participant = bySid.get(sid);
        if (closed || participant == null || !participant.signal().isDetached()) {
            giveUpUnstarted(nowNs);
            return false;
        }
        admission.attach(nowNs, participant, sink);
        return true;
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
        lost.onGone(leaving);
        simulations.onGone(leaving);
        updates.broadcastGone(nowNs, leaving, replaced);
        countsChanged(nowNs);
        emit(nowNs, leaving.leftEvent(nowNs, wasActive));
        if (leaving.isRecorder() && record.activeRecording(hasRecorder())) {
            sendRoomUpdate(nowNs);
        }
        lifetime.onLeft(nowNs);
    }

    private boolean hasRecorder() {
        return byIdentity.values().stream().anyMatch(Participant::isRecorder);
    }

    /// The record is stored at once, whenever others are told.
    private void countsChanged(long nowNs) {
        emit(nowNs, new RoomEvent.RoomUpdated(proto()));
        counts.onChanged(nowNs);
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
                case SUPERSEDED, HANDED_OVER -> endings.sendOn(nowNs, participant);
                case IDLE_TIMEOUT, OPEN_FAILED -> endings.roomClosed(nowNs, participant);
            }
        }
        timers.cancelAll();
        emit(nowNs, new RoomEvent.RoomFinished(proto(), end));
    }

    /// Those who were sent on have had their time: their media ends here.
    public void letGo(long nowNs) {
        for (var participant : new ArrayList<>(byIdentity.values())) {
            endings.letGo(nowNs, participant);
        }
        timers.cancelAll();
    }

    /// Ends what the server itself sends in encrypted tracks.
    String sifTrailer() {
        return sifTrailer;
    }

    void emit(long nowNs, RoomEvent event) {
        unsaved.onRoomEvent(event);
        given.listener().onRoomEvent(nowNs, event);
    }

    public boolean isClosed() {
        return closed;
    }

    /// Whether anybody has joined or created it; a mere look-up does not count.
    public boolean isStarted() {
        return started;
    }

    public Unsaved unsaved() {
        return unsaved;
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
        counts.refresh();
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

    RoomLifetime lifetime() {
        return lifetime;
    }

    Admission admission() {
        return admission;
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

    JoinObjections objections() {
        return objections;
    }

    LostConnections lost() {
        return lost;
    }

    Simulations simulations() {
        return simulations;
    }

    CandidateFallback fallback() {
        return fallback;
    }

    CipherFallback ciphers() {
        return ciphers;
    }
}

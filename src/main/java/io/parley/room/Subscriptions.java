package io.parley.room;

import io.parley.media.PeerCommand;
import io.parley.room.negotiation.SendRequest;
import io.parley.store.state.SubscriptionState;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.PlayoutDelay;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SendTraits;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.SubscriptionError;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscriptionPermissionUpdate;
import livekit.LivekitRtc.SubscriptionResponse;
import livekit.LivekitRtc.TrackSubscribed;
import livekit.LivekitRtc.UpdateSubscription;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.jspecify.annotations.Nullable;

/// What one participant wants of the others' tracks, brought in line with what it gets: on every
/// change, and every 3 s while something is missing (signal.md §4.6, §4.8, §5.6). Owned by its
/// participant.
final class Subscriptions {
    static final long RECONCILE_NS = Duration.ofSeconds(3).toNanos();
    static final long NOT_FOUND_NS = Duration.ofSeconds(60).toNanos();
    static final long FAILED_NS = Duration.ofSeconds(15).toNanos();
    static final long SETTLE_NS = Duration.ofMillis(100).toNanos();

    private final Room room;
    private final Participant participant;
    private final boolean adaptiveStream;
    private final Map<String, Subscription> bySid = new LinkedHashMap<>();
    private final Map<SendId, Subscription> bySend = new HashMap<>();
    private final Map<String, Integer> activeOf = new HashMap<>();
    private Timers.@Nullable Timer again;

    Subscriptions(Room room, Participant participant, boolean adaptiveStream) {
        this.room = room;
        this.participant = participant;
        this.adaptiveStream = adaptiveStream;
    }

    void onRequest(long nowNs, UpdateSubscription request) {
        for (String sid : request.getTrackSidsList()) {
            wish(nowNs, sid, request.getSubscribe());
        }
        for (var tracks : request.getParticipantTracksList()) {
            tracks.getTrackSidsList().forEach(sid -> wish(nowNs, sid, request.getSubscribe()));
        }
        reconcile(nowNs);
    }

    /// Automatic subscription to a track that was just published, or was there before us.
    void subscribe(long nowNs, Track track) {
        if (track.publisher() != participant && !track.publisher().isHidden()) {
            wish(nowNs, track.sid(), true);
        }
    }

    void onTrackPublished(long nowNs, Track track) {
        var subscription = bySid.get(track.sid());
        if (subscription != null && !reconcile(nowNs, subscription)) {
            startAgain(nowNs);
        }
    }

    private void wish(long nowNs, String sid, boolean wished) {
        var subscription = bySid.computeIfAbsent(sid, Subscription::new);
        if (subscription.wished != wished) {
            subscription.wished = wished;
            subscription.wishedAtNs = nowNs;
            subscription.failureTold = false;
            subscription.codecIndex = 0;
        }
    }

    void reconcile(long nowNs) {
        boolean missing = false;
        for (var subscription : List.copyOf(bySid.values())) {
            missing |= !reconcile(nowNs, subscription);
            if (participant.isGone()) {
                return;
            }
        }
        bySid.values().removeIf(this::isForgotten);
        if (missing) {
            startAgain(nowNs);
        }
    }

    /// A track that is there and not wished stays in mind: it was said.
    private boolean isForgotten(Subscription subscription) {
        return !subscription.wished
                && subscription.settings == null
                && room.findTrack(subscription.trackSid) == null;
    }

    private void startAgain(long nowNs) {
        if (again == null) {
            again =
                    timers().start(
                                    nowNs + RECONCILE_NS,
                                    participant.sid(),
                                    "subscriptions",
                                    this::onAgain);
        }
    }

    private void onAgain(long nowNs) {
        again = null;
        reconcile(nowNs);
    }

    /// True if nothing is missing.
    private boolean reconcile(long nowNs, Subscription subscription) {
        var active = subscription.active;
        if (!subscription.wished) {
            deactivate(nowNs, subscription);
            withdraw(nowNs, subscription);
            return true;
        }
        var track = room.findTrack(subscription.trackSid);
        if (track == null || !track.isPublished()) {
            return isGivenUp(nowNs, subscription);
        }
        boolean allowed = isAllowed(nowNs, subscription, track);
        if (active != null) {
            if (!allowed) {
                deactivate(nowNs, subscription);
                return false;
            }
            return active.bound || checkBound(nowNs, subscription, active);
        }
        return allowed && activate(nowNs, subscription, track);
    }

    private boolean isGivenUp(long nowNs, Subscription subscription) {
        if (nowNs - subscription.wishedAtNs < NOT_FOUND_NS) {
            return false;
        }
        subscription.wished = false;
        tellFailure(nowNs, subscription, SubscriptionError.SE_TRACK_NOTFOUND);
        return true;
    }

    private boolean isAllowed(long nowNs, Subscription subscription, Track track) {
        boolean allowed =
                participant.permission().getCanSubscribe()
                        && track.publisher()
                                .subscriptionPermissions()
                                .isAllowed(participant, track.sid());
        if (subscription.allowedTold == null || subscription.allowedTold != allowed) {
            subscription.allowedTold = allowed;
            subscription.allowedToldNs = nowNs;
            tellAllowed(track, allowed);
        }
        return allowed;
    }

    private void tellAllowed(Track track, boolean allowed) {
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setSubscriptionPermissionUpdate(
                                        SubscriptionPermissionUpdate.newBuilder()
                                                .setParticipantSid(track.publisher().sid())
                                                .setTrackSid(track.sid())
                                                .setAllowed(allowed)));
    }

    private boolean activate(long nowNs, Subscription subscription, Track track) {
        int index = Math.max(subscription.codecIndex, track.regressedTo());
        if (index >= track.encodings().size() || isFull(track)) {
            return false;
        }
        var encoding = track.encodings().get(index);
        if (!encoding.received) {
            return false;
        }
        subscription.asked = null;
        room.updates().ensureKnown(nowNs, participant, track.publisher());
        var active = start(nowNs, subscription, encoding);
        participant.negotiation().addSend(nowNs, request(active));
        return false;
    }

    private Subscription.Active start(
            long nowNs, Subscription subscription, Track.Encoding encoding) {
        var track = encoding.track;
        var active = new Subscription.Active(room.media().newSendId(), encoding, nowNs);
        subscription.active = active;
        bySend.put(active.id, subscription);
        room.emit(nowNs, new RoomEvent.Counted.SubscribeAttempted());
        track.subscribers().add(participant);
        tellDynacast(nowNs, subscription, active);
        if (activeOf.merge(track.publisher().sid(), 1, Integer::sum) == 1) {
            room.onFirstSubscription(nowNs, participant, track.publisher());
        }
        return active;
    }

    /// As another node left it; a section that carried the track is expected to again.
    void takeOver(long nowNs, SubscriptionState state) {
        var subscription = SubscriptionStates.subscription(nowNs, state);
        bySid.put(subscription.trackSid, subscription);
        var track = room.findTrack(subscription.trackSid);
        boolean wasSent = !state.getMid().isEmpty();
        if (track != null && wasSent && subscription.codecIndex < track.encodings().size()) {
            var encoding = track.encodings().get(subscription.codecIndex);
            var active = start(nowNs, subscription, encoding);
            active.bound = true;
            room.emit(nowNs, new RoomEvent.Counted.Subscribed(track.typeName()));
            participant.negotiation().resumeSend(state.getMid(), request(active));
        } else if (subscription.wished) {
            startAgain(nowNs);
        }
    }

    /// What was published after the last word of the other node: nothing was said of it.
    void takeOverUnknown(long nowNs) {
        boolean automatic =
                participant.init().session().getAutoSubscribe()
                        && (participant.isActive() || participant.traits().takesFastStart());
        if (automatic) {
            for (var other : room.others(participant)) {
                other.tracks().published().stream()
                        .filter(track -> !bySid.containsKey(track.sid()))
                        .forEach(track -> subscribe(nowNs, track));
            }
            startAgain(nowNs);
        }
    }

    List<SubscriptionState> states() {
        return bySid.values().stream()
                .map(each -> {
                    var active = each.active;
                    var mid = active == null ? "" : participant.negotiation().midOf(active.id);
                    return SubscriptionStates.of(each, mid);
                })
                .toList();
    }

    private boolean isFull(Track track) {
        var limits = room.settings().limits();
        int limit = track.isVideo() ? limits.subscriptionsVideo() : limits.subscriptionsAudio();
        if (limit == 0) {
            return false;
        }
        int used = 0;
        for (var other : bySend.values()) {
            var active = other.active;
            used += active != null && active.track.isVideo() == track.isVideo() ? 1 : 0;
        }
        return used >= limit;
    }

    private SendRequest request(Subscription.Active active) {
        var track = active.track;
        var random = room.sids().random();
        boolean sync = room.record().syncStreams() && participant.traits().takesSyncStreams();
        String stream = sync ? track.info().getStream() : track.sid();
        return new SendRequest(
                active.id,
                active.encoding.source,
                track.kind(),
                track.sid(),
                track.publisher().sid() + "|" + stream,
                active.mime(),
                "",
                random.nextInt(1, Integer.MAX_VALUE),
                track.isVideo() ? random.nextInt(1, Integer.MAX_VALUE) : 0,
                track.isStereo(),
                !track.isVideo() && !track.info().getDisableRed(),
                traits(track));
    }

    private SendTraits traits(Track track) {
        var record = room.record();
        var playout =
                track.isVideo() && record.hasPlayoutDelay()
                        ? new PlayoutDelay(
                                record.minPlayoutDelayMs(),
                                record.maxPlayoutDelayMs(),
                                !track.isScreenShare())
                        : PlayoutDelay.NONE;
        return new SendTraits(
                track.hasPacketTrailers() && !participant.traits().takesPacketTrailers(),
                participant.traits().tellsTracksByMedia(),
                track.isEncrypted() ? room.sifTrailer() : "",
                playout);
    }

    private void deactivate(long nowNs, Subscription subscription) {
        var active = subscription.active;
        if (active == null) {
            return;
        }
        subscription.active = null;
        bySend.remove(active.id);
        if (active.bound) {
            room.emit(nowNs, new RoomEvent.Counted.Unsubscribed(active.track.typeName()));
        }
        active.track.subscribers().remove(participant);
        participant.negotiation().removeSend(nowNs, active.id);
        var dynacast = active.track.dynacast();
        if (dynacast != null) {
            dynacast.onSubscriberGone(nowNs, participant.sid());
        }
        String publisher = active.track.publisher().sid();
        activeOf.computeIfPresent(publisher, (_, count) -> count > 1 ? count - 1 : null);
        if (!activeOf.containsKey(publisher)) {
            room.speakers().onLastUnsubscription(participant, publisher);
        }
    }

    /// Asked for in SDP but not negotiated: said once after 15 s (§10 #24).
    private boolean checkBound(long nowNs, Subscription subscription, Subscription.Active active) {
        boolean late = nowNs - Math.max(active.sinceNs, participant.activeSinceNs()) >= FAILED_NS;
        if (!participant.isActive() || !late || subscription.failureTold) {
            return subscription.failureTold;
        }
        if (room.settings().switches().reconnectOnSubscriptionError()) {
            room.endings().fullReconnect(nowNs, participant);
        } else {
            tellFailure(nowNs, subscription, SubscriptionError.SE_UNKNOWN);
        }
        return true;
    }

    private void tellFailure(long nowNs, Subscription subscription, SubscriptionError error) {
        subscription.failureTold = true;
        room.emit(nowNs, new RoomEvent.Counted.SubscribeFailed(error.name()));
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setSubscriptionResponse(
                                        SubscriptionResponse.newBuilder()
                                                .setTrackSid(subscription.trackSid)
                                                .setErr(error)));
    }

    /// Its section stands: media flows from here on.
    void onNegotiated(long nowNs, SendId id) {
        var subscription = bySend.get(id);
        var active = subscription == null ? null : subscription.active;
        if (subscription == null || active == null || active.bound) {
            return;
        }
        active.bound = true;
        subscription.onBound(adaptiveStream);
        room.emit(nowNs, new RoomEvent.Counted.Subscribed(active.track.typeName()));
        if (participant.negotiation().isSenderConnected()) {
            tellSubscribed(active);
        }
    }

    /// What was negotiated before there was a connection flows now.
    void onConnected() {
        for (var subscription : bySend.values()) {
            var active = subscription.active;
            if (active != null && active.bound) {
                tellSubscribed(active);
            }
        }
    }

    private void tellSubscribed(Subscription.Active active) {
        var publisher = active.track.publisher();
        if (!participant.isHidden()
                && active.track.tellSubscribed()
                && publisher.traits().takesTrackSubscribed()) {
            publisher
                    .signal()
                    .send(
                            SignalResponse.newBuilder()
                                    .setTrackSubscribed(
                                            TrackSubscribed.newBuilder()
                                                    .setTrackSid(active.track.sid())));
        }
    }

    /// The client does not take the codec: another one of the track, or the end of the wish.
    void onUnsupported(long nowNs, SendId id) {
        var subscription = bySend.get(id);
        var active = subscription == null ? null : subscription.active;
        if (subscription == null || active == null) {
            return;
        }
        deactivate(nowNs, subscription);
        int next = active.encoding.index + 1;
        if (next < active.track.encodings().size()) {
            subscription.codecIndex = next;
            askForBackup(nowNs, subscription, active.track);
        } else {
            subscription.wished = false;
            tellFailure(nowNs, subscription, SubscriptionError.SE_CODEC_UNSUPPORTED);
        }
        reconcile(nowNs);
    }

    private void askForBackup(long nowNs, Subscription subscription, Track track) {
        var dynacast = track.dynacast();
        if (dynacast != null) {
            subscription.asked = track;
            String mime = track.mimeOf(track.encodings().get(subscription.codecIndex));
            dynacast.onWish(nowNs, mime, participant.sid(), VideoQuality.HIGH);
        }
    }

    /// Nobody waits any more for the codec that was asked for.
    private void withdraw(long nowNs, Subscription subscription) {
        var asked = subscription.asked;
        subscription.asked = null;
        var dynacast = asked == null ? null : asked.dynacast();
        if (dynacast != null) {
            dynacast.onSubscriberGone(nowNs, participant.sid());
        }
    }

    void onTrackSetting(long nowNs, UpdateTrackSettings request) {
        for (String sid : request.getTrackSidsList()) {
            var subscription = bySid.computeIfAbsent(sid, Subscription::new);
            var settings = request.toBuilder().clearTrackSids().build();
            if (settings.equals(subscription.settings)) {
                continue;
            }
            boolean appears = subscription.isDisabled() && !settings.getDisabled();
            subscription.settings = settings;
            if (appears) {
                apply(nowNs, subscription);
            } else if (subscription.settling == null) {
                subscription.settling =
                        timers().start(
                                        nowNs + SETTLE_NS,
                                        participant.sid(),
                                        "track settings",
                                        laterNs -> apply(laterNs, subscription));
            }
        }
    }

    private void apply(long nowNs, Subscription subscription) {
        if (subscription.settling != null) {
            subscription.settling.cancel();
            subscription.settling = null;
        }
        var active = subscription.active;
        if (active == null) {
            return;
        }
        var wish = subscription.layerWish(active, adaptiveStream);
        participant.negotiation().toSender(new PeerCommand.SetLayerWish(active.id, wish));
        tellDynacast(nowNs, subscription, active);
    }

    private void tellDynacast(long nowNs, Subscription subscription, Subscription.Active active) {
        var dynacast = active.track.dynacast();
        if (dynacast != null) {
            var quality = subscription.quality(active, adaptiveStream);
            dynacast.onWish(nowNs, active.mime(), participant.sid(), quality);
        }
    }

    /// What is asked for by size may be another layer now.
    void onVideoSize(long nowNs, Track track) {
        var subscription = bySid.get(track.sid());
        if (subscription != null && subscription.isBySize()) {
            apply(nowNs, subscription);
        }
    }

    /// From the last sync state of a resumed client.
    void disable(long nowNs, String sid) {
        onTrackSetting(
                nowNs,
                UpdateTrackSettings.newBuilder().addTrackSids(sid).setDisabled(true).build());
    }

    LayerWish wishOf(SendId id) {
        var subscription = bySend.get(id);
        var active = subscription == null ? null : subscription.active;
        return subscription == null || active == null
                ? LayerWish.NOTHING
                : subscription.layerWish(active, adaptiveStream);
    }

    /// The track has ended: nothing of it stays.
    void onTrackGone(long nowNs, Track track) {
        var subscription = bySid.remove(track.sid());
        if (subscription != null) {
            if (subscription.settling != null) {
                subscription.settling.cancel();
            }
            deactivate(nowNs, subscription);
        }
    }

    /// An encoding of the track came or went: those who sit on a dead or suspended one move.
    void onEncodingsChanged(long nowNs, Track track) {
        var subscription = bySid.get(track.sid());
        var active = subscription == null ? null : subscription.active;
        if (subscription != null && active != null) {
            boolean suspended = active.encoding.index < track.regressedTo();
            if (!active.encoding.received || suspended) {
                deactivate(nowNs, subscription);
            } else {
                tellDynacast(nowNs, subscription, active);
            }
        }
        reconcile(nowNs);
    }

    /// After a resume: what the client may not subscribe to, and what has changed meanwhile (#26).
    void resendPermissions(long awaySinceNs) {
        for (var subscription : bySid.values()) {
            var track = room.findTrack(subscription.trackSid);
            var allowed = subscription.allowedTold;
            boolean news = subscription.allowedToldNs >= awaySinceNs;
            if (track != null && allowed != null && (!allowed || news)) {
                tellAllowed(track, allowed);
            }
        }
    }

    boolean isSubscribedTo(String publisherSid) {
        return activeOf.containsKey(publisherSid);
    }

    Collection<String> publishers() {
        return activeOf.keySet();
    }

    @Nullable Track trackOf(SendId id) {
        var subscription = bySend.get(id);
        var active = subscription == null ? null : subscription.active;
        return active == null ? null : active.track;
    }

    Collection<SendId> active() {
        return bySend.keySet();
    }

    boolean isDisabled(SendId id) {
        var subscription = bySend.get(id);
        return subscription != null && subscription.isDisabled();
    }

    List<String> wishedSids() {
        return bySid.values().stream()
                .filter(each -> each.wished)
                .map(each -> each.trackSid)
                .toList();
    }

    void close(long nowNs) {
        for (var subscription : List.copyOf(bySid.values())) {
            deactivate(nowNs, subscription);
            withdraw(nowNs, subscription);
        }
        bySid.clear();
    }

    private Timers timers() {
        return room.timers();
    }
}

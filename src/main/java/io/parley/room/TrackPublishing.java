package io.parley.room;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.room.negotiation.PublishedSection;
import io.parley.room.negotiation.PublishedTracks;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.SourceId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.SimulcastCodecInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.MuteTrackRequest;
import livekit.LivekitRtc.RequestResponse;
import livekit.LivekitRtc.RequestResponse.Reason;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.TrackPublishedResponse;
import livekit.LivekitRtc.TrackUnpublishedResponse;
import livekit.LivekitRtc.UpdateLocalAudioTrack;
import livekit.LivekitRtc.UpdateLocalVideoTrack;
import org.jspecify.annotations.Nullable;

/// One participant's own tracks: announced, published, muted, ended (signal.md §4.4, §4.5). Owned
/// by its participant.
@SuppressWarnings("deprecation") // fields that old clients still read
final class TrackPublishing implements PublishedTracks {
    private final Room room;
    private final Participant participant;
    private final TrackInfos infos;
    private final PendingTracks pending = new PendingTracks();
    private final Map<String, Track> published = new LinkedHashMap<>();
    private int ticks;

    TrackPublishing(Room room, Participant participant) {
        this.room = room;
        this.participant = participant;
        this.infos = new TrackInfos(publishable(room, participant), participant.traits());
    }

    private static List<Codec> publishable(Room room, Participant participant) {
        return room.record().enabledCodecs().stream()
                .filter(codec -> participant.clientConfiguration().mayPublish(codec.getMime()))
                .toList();
    }

    void onAddTrack(long nowNs, AddTrackRequest request) {
        var response = RequestResponse.newBuilder().setAddTrack(request);
        if (!participant.mayPublish(request.getSource())) {
            participant.responses().refuse(response, Reason.NOT_ALLOWED, "");
        } else if (request.getType() != TrackType.AUDIO && request.getType() != TrackType.VIDEO) {
            participant.responses().refuse(response, Reason.UNSUPPORTED_TYPE, "");
        } else if (!request.getSid().isEmpty()) {
            addCodecs(nowNs, request, response);
        } else if (isTaken(request.getCid())) {
            boolean waits = pending.queue(request);
            var reason = waits ? Reason.QUEUED : Reason.LIMIT_EXCEEDED;
            participant.responses().refuse(response, reason, "");
        } else if (pending.isFull() && !releasePending(nowNs)) {
            participant.responses().refuse(response, Reason.LIMIT_EXCEEDED, "");
        } else {
            announce(nowNs, request);
        }
    }

    /// False if everything that is pending may still get its media.
    private boolean releasePending(long nowNs) {
        long connectedAtNs = participant.negotiation().publisherConnectedAtNs();
        for (var track : pending.withoutMedia(nowNs, connectedAtNs)) {
            pending.onReleased(track.cid());
            unpublish(nowNs, track);
        }
        return !pending.isFull();
    }

    private boolean isTaken(String cid) {
        return pending.contains(cid)
                || published.values().stream().anyMatch(track -> track.cid().equals(cid));
    }

    private void announce(long nowNs, AddTrackRequest request) {
        String sid = room.sids().track(request.getType(), request.getSource());
        var info = infos.from(sid, request);
        var track = new Track(participant, request.getCid(), info);
        info.getCodecsList().forEach(_ -> track.addEncoding(room.media().newSourceId()));
        touch(nowNs, track);
        pending.add(nowNs, request.getCid(), track);
        room.emit(nowNs, new RoomEvent.Counted.PublishAttempted(track.typeName()));
        tellPublished(request.getCid(), track);
        participant.negotiation().retryPending(nowNs);
    }

    /// A backup codec for a track that is there already.
    private void addCodecs(long nowNs, AddTrackRequest request, RequestResponse.Builder response) {
        var track = find(request.getSid());
        if (track == null) {
            participant.responses().refuse(response, Reason.NOT_FOUND, "");
            return;
        }
        for (var wanted : request.getSimulcastCodecsList()) {
            String mime = infos.enabledMime(request.getType(), wanted.getCodec());
            if (!mime.isEmpty()) {
                putCodec(track, infos.codec(request, wanted, mime));
            }
        }
        touch(nowNs, track);
        tellPublished(request.getCid(), track);
        participant.negotiation().retryPending(nowNs);
    }

    private void putCodec(Track track, SimulcastCodecInfo codec) {
        for (int i = 0; i < track.info().getCodecsCount(); i++) {
            if (track.info().getCodecs(i).getMimeType().equalsIgnoreCase(codec.getMimeType())) {
                track.info().setCodecs(i, codec);
                return;
            }
        }
        track.info().addCodecs(codec);
        track.addEncoding(room.media().newSourceId());
    }

    private void tellPublished(String cid, Track track) {
        participant
                .signal()
                .send(
                        SignalResponse.newBuilder()
                                .setTrackPublished(
                                        TrackPublishedResponse.newBuilder()
                                                .setCid(cid)
                                                .setTrack(track.info())));
    }

    @Override
    public Optional<PublishedTracks.PublishedTrack> match(SendingSection section) {
        var encoding = matching(section);
        if (encoding == null || !participant.mayPublish(encoding.track.info().getSource())) {
            return Optional.empty();
        }
        var track = encoding.track;
        encoding.mid = section.mid();
        encoding.awaited = "";
        if (!section.cid().equals(track.codec(encoding).getCid())
                && !section.cid().equals(track.cid())) {
            encoding.sdpCid = section.cid();
        }
        return Optional.of(
                new PublishedTracks.PublishedTrack(
                        encoding.source,
                        track.mimeOf(encoding),
                        track.traits(encoding),
                        track.info().getDisableRed(),
                        track.hasDtx(),
                        track.isStereo()));
    }

    private Track.@Nullable Encoding matching(SendingSection section) {
        var awaited = awaited(section);
        if (awaited != null) {
            return awaited;
        }
        var byCid = pending.byCid(section.cid());
        if (byCid != null || pending.isReleased(section.cid())) {
            return byCid;
        }
        var backup = section.cid().isEmpty() ? null : freeBackup(section.cid());
        if (backup != null) {
            return backup;
        }
        var type = section.kind() == MediaKind.AUDIO ? TrackType.AUDIO : TrackType.VIDEO;
        return pending.firstOf(type);
    }

    private Track.@Nullable Encoding awaited(SendingSection section) {
        for (var track : known()) {
            for (var encoding : track.encodings()) {
                if (track.kind() == section.kind() && encoding.awaited.equals(section.mid())) {
                    return encoding;
                }
            }
        }
        return null;
    }

    private Track.@Nullable Encoding freeBackup(String cid) {
        for (var track : published.values()) {
            for (var encoding : track.encodings()) {
                if (encoding.isFree() && track.codec(encoding).getCid().equals(cid)) {
                    return encoding;
                }
            }
        }
        return null;
    }

    /// The section has its track; it counts as published now, or with its first packet.
    void onSection(long nowNs, PublishedSection section) {
        var encoding = encodingOf(section.parameters().source());
        if (encoding == null) {
            return;
        }
        TrackInfos.describe(encoding, section);
        var track = encoding.track;
        if (track.isMuted()) {
            mute(encoding);
        }
        // A silent voice sends nothing, and is a track all the same.
        if (!participant.traits().publishesByMedia() || !track.isVideo()) {
            onReceived(nowNs, encoding);
        }
        touch(nowNs, track);
    }

    private void onReceived(long nowNs, Track.Encoding encoding) {
        var track = encoding.track;
        if (encoding.received) {
            return;
        }
        encoding.received = true;
        startDynacast(nowNs, track);
        if (track.isPublished()) {
            if (regresses(encoding)) {
                regress(nowNs, track, encoding.index);
            }
            room.onEncodingAdded(nowNs, track);
        } else {
            publish(nowNs, track);
        }
    }

    private void startDynacast(long nowNs, Track track) {
        var dynacast = track.dynacast();
        if (dynacast == null && (track.isVideo() || track.encodings().size() > 1)) {
            var pause = room.settings().media().dynacastPauseDelay();
            dynacast = new Dynacast(track, room.timers(), pause);
            track.dynacast(dynacast);
        }
        if (dynacast != null) {
            for (var each : track.encodings()) {
                if (each.received) {
                    dynacast.onCodec(nowNs, track.mimeOf(each));
                }
            }
        }
    }

    /// Whether the codec that came as a backup is to replace those before it (media.md §2.8).
    private boolean regresses(Track.Encoding encoding) {
        var track = encoding.track;
        if (!track.isVideo() || encoding.index == 0) {
            return false;
        }
        int threshold = room.settings().media().codecRegressionThreshold();
        return switch (track.info().getBackupCodecPolicy()) {
            case REGRESSION -> true;
            case PREFER_REGRESSION -> threshold == 0 || room.participants().size() < threshold;
            case SIMULCAST, UNRECOGNIZED -> false;
        };
    }

    private static void regress(long nowNs, Track track, int index) {
        track.regress(index);
        var dynacast = track.dynacast();
        if (dynacast != null) {
            dynacast.regress(nowNs, index == 0 ? "" : track.mimeOf(track.encodings().get(index)));
        }
    }

    private void publish(long nowNs, Track track) {
        pending.remove(track.cid());
        published.put(track.sid(), track);
        track.publish();
        participant.becomePublisher();
        touch(nowNs, track);
        room.onTrackPublished(nowNs, track);
    }

    /// The client stopped sending there.
    void onSectionEnded(long nowNs, String mid) {
        for (var track : known()) {
            for (var encoding : track.encodings()) {
                if (encoding.mid.equals(mid)) {
                    encoding.mid = "";
                    encoding.received = false;
                    if (encoding.index > 0 && encoding.index == track.regressedTo()) {
                        regress(nowNs, track, 0);
                    }
                    endIfSilent(nowNs, track);
                    return;
                }
            }
        }
    }

    private void endIfSilent(long nowNs, Track track) {
        if (track.encodings().stream().allMatch(Track.Encoding::isFree)) {
            end(nowNs, track);
        } else {
            room.onEncodingAdded(nowNs, track);
        }
    }

    private void end(long nowNs, Track track) {
        var dynacast = track.dynacast();
        if (dynacast != null) {
            dynacast.close();
        }
        pending.remove(track.cid());
        if (published.remove(track.sid()) != null) {
            participant.touch();
            room.onTrackUnpublished(nowNs, track);
        } else {
            room.emit(nowNs, new RoomEvent.Counted.PublishCanceled(track.typeName()));
        }
        var next = pending.nextQueued(track.cid());
        if (next != null) {
            onAddTrack(nowNs, next);
        }
    }

    /// The server takes the track away: its permission went, or its media never came.
    private void unpublish(long nowNs, Track track) {
        for (var encoding : track.encodings()) {
            if (!encoding.isFree()) {
                participant.negotiation().unpublish(encoding.mid);
                encoding.mid = "";
            }
        }
        var told = SignalResponse.newBuilder();
        if (participant.traits().takesTrackUnpublished()) {
            told.setTrackUnpublished(
                    TrackUnpublishedResponse.newBuilder().setTrackSid(track.sid()));
        } else {
            told.setMute(MuteTrackRequest.newBuilder().setSid(track.sid()).setMuted(true));
        }
        participant.signal().send(told);
        end(nowNs, track);
    }

    void onPermissionChanged(long nowNs) {
        for (var track : known()) {
            if (!participant.mayPublish(track.info().getSource())) {
                unpublish(nowNs, track);
            }
        }
    }

    /// False if there is no such track.
    boolean onMute(long nowNs, String sid, boolean muted) {
        var track = find(sid);
        if (track == null) {
            return false;
        }
        if (track.isMuted() == muted) {
            return true;
        }
        track.info().setMuted(muted);
        for (var encoding : track.encodings()) {
            mute(encoding);
            encoding.layers.want(nowNs, wantedLayer(encoding));
        }
        touch(nowNs, track);
        var dynacast = track.dynacast();
        if (dynacast != null && !muted) {
            dynacast.onUnmuted(nowNs);
        }
        if (track.isPublished()) {
            room.onTrackMuted(nowNs, track);
        }
        return true;
    }

    private void mute(Track.Encoding encoding) {
        if (!encoding.isFree()) {
            participant
                    .negotiation()
                    .toPublisher(
                            new PeerCommand.MuteSource(encoding.source, encoding.track.isMuted()));
        }
    }

    void onLayerStarted(long nowNs, PeerEvent.LayerStarted event) {
        var encoding = encodingOf(event.source());
        if (encoding == null) {
            return;
        }
        var track = encoding.track;
        boolean isNews = !track.mimeOf(encoding).equalsIgnoreCase(event.mimeType());
        if (isNews && !event.mimeType().isEmpty()) {
            track.info().getCodecsBuilder(encoding.index).setMimeType(event.mimeType());
            if (encoding.index == 0) {
                track.info().setMimeType(event.mimeType());
            }
            touch(nowNs, track);
        }
        boolean known = track.isPublished();
        onReceived(nowNs, encoding);
        encoding.layers.onStarted(nowNs, event.spatialLayer());
        encoding.layers.want(nowNs, wantedLayer(encoding));
        if (isNews && known) {
            room.onTrackChanged(nowNs, track);
        }
    }

    void onSsrcLearned(PeerEvent.SsrcLearned event) {
        var encoding = encodingOf(event.source());
        if (encoding != null) {
            var ssrcs = new Track.Ssrcs(event.ssrc(), event.rtxSsrc());
            encoding.ssrcs.put(event.spatialLayer(), ssrcs);
        }
    }

    /// With those that another node had learned.
    RtpReceiveParameters withKnownSsrcs(RtpReceiveParameters section) {
        var encoding = encodingOf(section.source());
        return encoding == null ? section : section.withSsrcs(encoding::named);
    }

    void onLayerStopped(long nowNs, PeerEvent.LayerStopped event) {
        var encoding = encodingOf(event.source());
        if (encoding != null) {
            encoding.layers.onStopped(nowNs, event.spatialLayer());
            encoding.layers.want(nowNs, wantedLayer(encoding));
        }
    }

    /// How many layers the client has sent too few since this was last asked, on average.
    double takeLayerDistance(long nowNs, Track.Encoding encoding) {
        double distance = encoding.layers.takeDistance(nowNs);
        encoding.layers.want(nowNs, wantedLayer(encoding));
        return distance;
    }

    private static int wantedLayer(Track.Encoding encoding) {
        var track = encoding.track;
        var dynacast = track.dynacast();
        if (dynacast == null || !track.isVideo() || track.isMuted()) {
            return -1;
        }
        var wanted = dynacast.wanted(track.mimeOf(encoding));
        return wanted == VideoQuality.OFF
                ? -1
                : VideoLayers.spatialOf(wanted, track.layersOf(encoding));
    }

    void onVideoSize(long nowNs, PeerEvent.VideoSizeChanged event) {
        var encoding = encodingOf(event.source());
        if (encoding == null) {
            return;
        }
        var track = encoding.track;
        encoding.onSize(event.spatialLayer(), event.width(), event.height());
        if (track.info().getLayersCount() == 0 && encoding.isLargest(event.spatialLayer())) {
            track.info().setWidth(event.width()).setHeight(event.height());
        }
        for (var subscriber : track.subscribers()) {
            subscriber.subscriptions().onVideoSize(nowNs, track);
        }
    }

    /// False if there is no such track.
    boolean onFeatures(long nowNs, UpdateLocalAudioTrack request) {
        var track = find(request.getTrackSid());
        if (track == null) {
            return false;
        }
        track.info().clearAudioFeatures().addAllAudioFeaturesValue(request.getFeaturesValueList());
        track.info().setStereo(track.isStereo()).setDisableDtx(!track.hasDtx());
        return changed(nowNs, track);
    }

    /// False if there is no such track.
    boolean onSize(long nowNs, UpdateLocalVideoTrack request) {
        var track = find(request.getTrackSid());
        if (track == null) {
            return false;
        }
        track.info().setWidth(request.getWidth()).setHeight(request.getHeight());
        return changed(nowNs, track);
    }

    private boolean changed(long nowNs, Track track) {
        touch(nowNs, track);
        if (track.isPublished()) {
            room.onTrackChanged(nowNs, track);
        }
        return true;
    }

    /// Re-starts the hold of every track's dynacast after a resume, and repeats what is in force.
    void onResumed(long nowNs) {
        for (var track : published.values()) {
            var dynacast = track.dynacast();
            if (dynacast != null) {
                dynacast.resend();
                dynacast.restart(nowNs);
            }
        }
    }

    /// A track that another node knew; its sections are expected again.
    void takeOver(long nowNs, Track track) {
        if (track.isPublished()) {
            published.put(track.sid(), track);
            startDynacast(nowNs, track);
        } else {
            pending.add(nowNs, track.cid(), track);
        }
    }

    /// The client's first offer here did not have it any more.
    private void dropAwaited(long nowNs, Track track) {
        boolean dropped = false;
        for (var encoding : track.encodings()) {
            if (!encoding.awaited.isEmpty()) {
                encoding.awaited = "";
                encoding.received = false;
                dropped = true;
            }
        }
        if (dropped) {
            endIfSilent(nowNs, track);
        }
    }

    void onAnswerSent(long nowNs) {
        List.copyOf(published.values()).forEach(track -> dropAwaited(nowNs, track));
        for (var track : published.values()) {
            var dynacast = track.dynacast();
            if (dynacast != null) {
                dynacast.onAnswerSent(nowNs);
            }
        }
    }

    void close(long nowNs) {
        known().stream()
                .filter(track -> !track.isPublished())
                .map(track -> new RoomEvent.Counted.PublishCanceled(track.typeName()))
                .forEach(event -> room.emit(nowNs, event));
        pending.clear();
        for (var track : List.copyOf(published.values())) {
            end(nowNs, track);
        }
    }

    @Nullable Track find(String sid) {
        var track = published.get(sid);
        return track == null ? pending.bySid(sid) : track;
    }

    @Nullable Track findPublished(String sid) {
        return published.get(sid);
    }

    Track.@Nullable Encoding encodingOf(SourceId source) {
        for (var track : known()) {
            var encoding = track.encodingOf(source);
            if (encoding != null) {
                return encoding;
            }
        }
        return null;
    }

    Collection<Track> published() {
        return published.values();
    }

    List<TrackInfo> publishedInfos() {
        return published.values().stream().map(track -> track.info().build()).toList();
    }

    List<Track> known() {
        var all = new ArrayList<>(published.values());
        all.addAll(pending.all());
        return all;
    }

    void touch(long nowNs, Track track) {
        track.info().setVersion(room.wall().version(nowNs, ticks++));
        participant.touch();
    }
}

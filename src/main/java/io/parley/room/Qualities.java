package io.parley.room;

import io.parley.media.PeerCommand;
import io.parley.media.PeerEvent;
import io.parley.media.PeerEvent.ReceiveStats;
import io.parley.media.PeerEvent.SendStats;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import livekit.LivekitModels.ConnectionQuality;
import livekit.LivekitRtc.ConnectionQualityInfo;
import livekit.LivekitRtc.ConnectionQualityUpdate;
import livekit.LivekitRtc.SignalResponse;

/// Everybody's connection quality, every 5 s, when anything changed (signal.md §5.4): the worst of
/// what one sends and what one receives. The bitrate has no say, as in LiveKit, where nothing is
/// expected of it. A new subscriber hears the present value at once (§10 #20). Owned by its room.
final class Qualities {
    private static final double OPUS_WEIGHT = 8 / 1.5;
    private static final double RED_WEIGHT = 4 / 1.5;
    private static final double VIDEO_WEIGHT = 10;
    private static final int STALE_REPORT_MS = 30_000;

    private final Room room;
    private final long intervalNs;
    private final Map<Participant, Scores> scores = new HashMap<>();
    private final Map<String, ConnectionQuality> told = new HashMap<>();

    /// One participant's streams, by source or send id.
    private static final class Scores {
        final Map<Object, QualityScore> streams = new HashMap<>();

        QualityScore of(Object stream) {
            return streams.computeIfAbsent(stream, _ -> new QualityScore());
        }

        double worst() {
            double worst = QualityScore.MAX;
            for (var score : streams.values()) {
                worst = Math.min(worst, score.score());
            }
            return worst;
        }
    }

    Qualities(Room room, long intervalNs) {
        this.room = room;
        this.intervalNs = intervalNs;
    }

    void start(long nowNs) {
        room.timers().start(nowNs + intervalNs, "", "connection quality", this::tick);
    }

    private void tick(long nowNs) {
        start(nowNs);
        boolean news = false;
        for (var participant : room.participants()) {
            if (participant.isActive()) {
                var quality = QualityScore.quality(scoreOf(participant));
                news |= told.put(participant.sid(), quality) != quality;
                participant
                        .negotiation()
                        .transports()
                        .forEach(each -> each.execute(new PeerCommand.ReportStats()));
            }
        }
        if (news) {
            room.participants().forEach(this::tell);
        }
    }

    private void tell(Participant receiver) {
        if (!receiver.isActive() || !receiver.traits().takesConnectionQuality()) {
            return;
        }
        var update = ConnectionQualityUpdate.newBuilder().addUpdates(info(receiver, receiver));
        for (String sid : receiver.subscriptions().publishers()) {
            var publisher = room.bySid(sid);
            if (publisher != null) {
                update.addUpdates(info(receiver, publisher));
            }
        }
        receiver.signal().send(SignalResponse.newBuilder().setConnectionQuality(update));
    }

    private ConnectionQualityInfo info(Participant receiver, Participant about) {
        double score = scoreOf(about);
        var quality = QualityScore.quality(score);
        boolean tooNew = quality == ConnectionQuality.LOST && !receiver.traits().takesQualityLost();
        return ConnectionQualityInfo.newBuilder()
                .setParticipantSid(about.sid())
                .setQuality(tooNew ? ConnectionQuality.POOR : quality)
                .setScore(QualityScore.mos(score))
                .build();
    }

    private double scoreOf(Participant participant) {
        if (participant.negotiation().isFailed()) {
            return QualityScore.LOST;
        }
        var own = scores.get(participant);
        return own == null ? QualityScore.MAX : own.worst();
    }

    void onStats(long nowNs, Participant participant, PeerEvent.StatsReported stats) {
        var own = scores.computeIfAbsent(participant, _ -> new Scores());
        Set<Object> alive = new HashSet<>();
        for (var receive : stats.receives()) {
            if (onReceive(nowNs, participant, own, receive)) {
                alive.add(receive.source());
            }
        }
        for (var send : stats.sends()) {
            if (onSend(participant, own, send)) {
                alive.add(send.id());
            }
        }
        own.streams
                .keySet()
                .removeIf(stream -> !alive.contains(stream) && !isKnown(participant, stream));
    }

    private static boolean isKnown(Participant participant, Object stream) {
        return switch (stream) {
            case SourceId source -> participant.tracks().encodingOf(source) != null;
            case SendId id -> participant.subscriptions().trackOf(id) != null;
            default -> false;
        };
    }

    private boolean onReceive(long nowNs, Participant participant, Scores own, ReceiveStats stats) {
        var encoding = participant.tracks().encodingOf(stats.source());
        if (encoding == null || !encoding.track.isPublished()) {
            return false;
        }
        var score = own.of(stats.source());
        double distance = participant.tracks().takeLayerDistance(nowNs, encoding);
        boolean unwanted = encoding.track.isVideo() && encoding.track.subscribers().isEmpty();
        if (encoding.track.isMuted() || (stats.packets() == 0 && unwanted)) {
            score.onMuted();
        } else if (stats.packets() == 0) {
            score.onSilentWindow(!participant.negotiation().transports().getFirst().isConnected());
        } else {
            score.onWindow(
                    new QualityScore.Window(
                            seconds(),
                            stats.packets(),
                            stats.packetsLost(),
                            weight(stats.mimeType()),
                            distance,
                            stats.rttMs(),
                            stats.jitterMs()));
        }
        return true;
    }

    private boolean onSend(Participant participant, Scores own, SendStats stats) {
        var track = participant.subscriptions().trackOf(stats.id());
        if (track == null) {
            return false;
        }
        var score = own.of(stats.id());
        boolean quiet = track.isMuted() || participant.subscriptions().isDisabled(stats.id());
        if (quiet || stats.packets() == 0) {
            score.onMuted();
        } else if (stats.reportAgeMs() > STALE_REPORT_MS) {
            score.onSilentWindow(true);
        } else {
            score.onWindow(
                    new QualityScore.Window(
                            seconds(),
                            stats.packets(),
                            stats.packetsLost(),
                            weight(track.info().getMimeType()),
                            stats.layerDistance(),
                            stats.rttMs(),
                            0));
        }
        return true;
    }

    private double seconds() {
        return intervalNs / 1e9;
    }

    static double weight(String mimeType) {
        String mime = mimeType.toLowerCase(Locale.ROOT);
        return switch (mime) {
            case "audio/opus" -> OPUS_WEIGHT;
            case "audio/red" -> RED_WEIGHT;
            default -> mime.startsWith("video/") ? VIDEO_WEIGHT : 0;
        };
    }

    void onFirstSubscription(Participant subscriber, Participant publisher) {
        boolean tell =
                subscriber.isReady()
                        && subscriber.traits().takesConnectionQuality()
                        && told.containsKey(publisher.sid());
        if (tell) {
            subscriber
                    .signal()
                    .send(
                            SignalResponse.newBuilder()
                                    .setConnectionQuality(
                                            ConnectionQualityUpdate.newBuilder()
                                                    .addUpdates(info(subscriber, publisher))));
        }
    }

    void resend(Participant receiver) {
        tell(receiver);
    }

    void onGone(Participant participant) {
        scores.remove(participant);
        told.remove(participant.sid());
    }
}

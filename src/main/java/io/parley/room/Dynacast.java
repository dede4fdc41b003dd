package io.parley.room;

import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import livekit.LivekitModels.SubscribedAudioCodec;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SubscribedAudioCodecUpdate;
import livekit.LivekitRtc.SubscribedCodec;
import livekit.LivekitRtc.SubscribedQuality;
import livekit.LivekitRtc.SubscribedQualityUpdate;
import org.jspecify.annotations.Nullable;

/// Tells the publisher of one track which qualities somebody wants of each codec, of audio which
/// codecs (signal.md §5.5). More is asked for at once, less after a pause; nothing is taken away in
/// the first 10 s, so that a publisher is not stopped before its first subscriber comes. Owned by
/// its room's context.
@SuppressWarnings("deprecation") // fields that old clients still read
final class Dynacast {
    static final long HOLD_NS = Duration.ofSeconds(10).toNanos();
    private static final long AFTER_ANSWER_NS = Duration.ofSeconds(2).toNanos();
    private static final long AFTER_FIRST_ANSWER_NS = Duration.ofSeconds(8).toNanos();

    private final Track track;
    private final Timers timers;
    private final long pauseDelayNs;
    private final Map<String, Map<String, VideoQuality>> wishes = new LinkedHashMap<>();
    private final Map<String, VideoQuality> told = new LinkedHashMap<>();
    private long holdUntilNs;
    private long firstAnswerNs = -1;
    private String regressedTo = "";
    private boolean closed;
    private Timers.@Nullable Timer pause;
    private Timers.@Nullable Timer hold;
    private Timers.@Nullable Timer repeat;

    Dynacast(Track track, Timers timers, Duration pauseDelay) {
        this.track = track;
        this.timers = timers;
        this.pauseDelayNs = pauseDelay.toNanos();
    }

    /// A codec of the track appeared: its first notice comes after the hold, whoever subscribes.
    void onCodec(long nowNs, String mime) {
        String codec = nameOf(mime);
        if (wishes.putIfAbsent(codec, new HashMap<>()) == null) {
            told.put(codec, VideoQuality.HIGH);
            startHold(nowNs);
        }
    }

    /// After a resume the publisher is left alone for a while again.
    void restart(long nowNs) {
        startHold(nowNs);
    }

    /// One subscriber's wish, for the one codec that it takes; OFF for none.
    void onWish(long nowNs, String mime, String subscriberSid, VideoQuality quality) {
        wishes.values().forEach(ofCodec -> ofCodec.remove(subscriberSid));
        var ofCodec = wishes.computeIfAbsent(nameOf(mime), _ -> new HashMap<>());
        if (quality != VideoQuality.OFF) {
            ofCodec.put(subscriberSid, quality);
        }
        evaluate(nowNs);
    }

    void onSubscriberGone(long nowNs, String subscriberSid) {
        wishes.values().forEach(ofCodec -> ofCodec.remove(subscriberSid));
        evaluate(nowNs);
    }

    /// Everybody takes this codec from now on, the others are suspended; empty ends that.
    void regress(long nowNs, String mime) {
        regressedTo = mime.isEmpty() ? "" : nameOf(mime);
        evaluate(nowNs);
    }

    /// What the publisher was last asked to send.
    VideoQuality wanted(String mime) {
        return told.getOrDefault(nameOf(mime), VideoQuality.OFF);
    }

    /// A browser switches paused layers on again when it takes an answer: repeat ourselves.
    void onAnswerSent(long nowNs) {
        boolean below = told.values().stream().anyMatch(quality -> quality != VideoQuality.HIGH);
        if (!below) {
            return;
        }
        if (repeat == null) {
            firstAnswerNs = nowNs;
        } else {
            repeat.cancel();
        }
        long atNs = Math.min(nowNs + AFTER_ANSWER_NS, firstAnswerNs + AFTER_FIRST_ANSWER_NS);
        repeat = start(atNs, "subscribed quality after answer", this::repeat);
    }

    void onUnmuted(long nowNs) {
        commit();
        send();
    }

    /// Says again what is in force (after a resume, #26).
    void resend() {
        if (!told.isEmpty() && hold == null) {
            send();
        }
    }

    void close() {
        closed = true;
        for (var timer : new Timers.Timer[] {pause, hold, repeat}) {
            if (timer != null) {
                timer.cancel();
            }
        }
        pause = null;
        hold = null;
        repeat = null;
    }

    private void startHold(long nowNs) {
        holdUntilNs = nowNs + HOLD_NS;
        if (hold != null) {
            hold.cancel();
        }
        hold = start(holdUntilNs, "first subscribed quality", this::endHold);
    }

    private void endHold(long nowNs) {
        hold = null;
        commit();
        send();
    }

    private void repeat(long nowNs) {
        repeat = null;
        send();
    }

    private void evaluate(long nowNs) {
        if (closed) {
            return;
        }
        boolean more = false;
        boolean less = false;
        for (var entry : wishes.entrySet()) {
            int wished = rank(wishedOf(entry.getKey(), entry.getValue()));
            int before = rank(told.getOrDefault(entry.getKey(), VideoQuality.OFF));
            more |= wished > before;
            less |= wished < before;
        }
        if (more) {
            raise();
            send();
        }
        if (!less) {
            cancelPause();
        } else if (pause == null && nowNs >= holdUntilNs) {
            pause = start(nowNs + pauseDelayNs, "dynacast pause", this::onPause);
        }
    }

    private void onPause(long nowNs) {
        pause = null;
        commit();
        send();
    }

    private void raise() {
        for (var entry : wishes.entrySet()) {
            var wished = wishedOf(entry.getKey(), entry.getValue());
            var before = told.getOrDefault(entry.getKey(), VideoQuality.OFF);
            told.put(entry.getKey(), rank(wished) > rank(before) ? wished : before);
        }
    }

    private void commit() {
        cancelPause();
        wishes.forEach((codec, ofCodec) -> told.put(codec, wishedOf(codec, ofCodec)));
    }

    private void cancelPause() {
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
    }

    private void send() {
        if (track.isMuted() || told.isEmpty()) {
            return;
        }
        if (!track.isVideo()) {
            sendAudio();
            return;
        }
        var update = SubscribedQualityUpdate.newBuilder().setTrackSid(track.sid());
        told.forEach((name, quality) -> update.addSubscribedCodecs(codec(name, quality)));
        update.addAllSubscribedQualities(update.getSubscribedCodecs(0).getQualitiesList());
        track.publisher()
                .signal()
                .send(SignalResponse.newBuilder().setSubscribedQualityUpdate(update));
    }

    private void sendAudio() {
        var update = SubscribedAudioCodecUpdate.newBuilder().setTrackSid(track.sid());
        told.forEach((name, quality) ->
                update.addSubscribedAudioCodecs(
                        SubscribedAudioCodec.newBuilder()
                                .setCodec(name)
                                .setEnabled(quality != VideoQuality.OFF)));
        track.publisher()
                .signal()
                .send(SignalResponse.newBuilder().setSubscribedAudioCodecUpdate(update));
    }

    /// Codecs go by their lower-case names, whatever the spelling of the MIME type.
    private static String nameOf(String mime) {
        return mime.substring(mime.indexOf('/') + 1).toLowerCase(Locale.ROOT);
    }

    private static SubscribedCodec codec(String name, VideoQuality quality) {
        var codec = SubscribedCodec.newBuilder().setCodec(name);
        for (var each : List.of(VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH)) {
            codec.addQualities(
                    SubscribedQuality.newBuilder()
                            .setQuality(each)
                            .setEnabled(rank(each) <= rank(quality)));
        }
        return codec.build();
    }

    private VideoQuality wishedOf(String codec, Map<String, VideoQuality> ofCodec) {
        var most = VideoQuality.OFF;
        if (!regressedTo.isEmpty() && !regressedTo.equals(codec)) {
            return most;
        }
        for (var quality : ofCodec.values()) {
            if (rank(quality) > rank(most)) {
                most = quality;
            }
        }
        return most;
    }

    /// OFF has the largest number on the wire but is the least; what is newer than we are counts as
    /// the best.
    private static int rank(VideoQuality quality) {
        return switch (quality) {
            case OFF -> -1;
            case LOW -> 0;
            case MEDIUM -> 1;
            case HIGH, UNRECOGNIZED -> 2;
        };
    }

    private Timers.Timer start(long atNs, String reason, Timers.Task task) {
        return timers.start(atNs, track.publisher().sid(), reason, task);
    }
}

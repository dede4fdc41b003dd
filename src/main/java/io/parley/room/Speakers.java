package io.parley.room;

import io.parley.media.PeerEvent;
import io.parley.webrtc.ortc.SourceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.SpeakerInfo;
import livekit.LivekitRtc.SignalResponse;
import livekit.LivekitRtc.SpeakersChanged;

/// Who speaks, told every 400 ms to those who listen to them (signal.md §5.3). A new listener hears
/// at once who is speaking (§10 #19). Owned by its room.
final class Speakers {
    private static final int STEPS = 8;

    /// Longer than any client may be away.
    private static final long MEMORY_NS = Duration.ofMinutes(2).toNanos();

    /// −35 dBov as a linear level.
    private static final double ACTIVE = Math.pow(10, -35.0 / 20);

    private final Room room;
    private final long intervalNs;
    private final Map<String, Map<SourceId, Double>> levels = new HashMap<>();
    private final Map<String, SpeakerInfo> told = new HashMap<>();
    private final Map<String, Long> silentSinceNs = new HashMap<>();
    private long lastNs;
    private boolean armed;

    Speakers(Room room, long intervalNs) {
        this.room = room;
        this.intervalNs = intervalNs;
        this.lastNs = -intervalNs;
    }

    void onLevel(long nowNs, Participant participant, PeerEvent.AudioLevelChanged event) {
        var encoding = participant.tracks().encodingOf(event.source());
        if (encoding == null || !encoding.track.isMicrophone()) {
            return;
        }
        double level = encoding.track.isMuted() ? 0 : event.level();
        levels.computeIfAbsent(participant.sid(), _ -> new HashMap<>()).put(event.source(), level);
        arm(nowNs);
    }

    /// Muted or ended.
    void onSilenced(long nowNs, Track track) {
        var ofParticipant = levels.get(track.publisher().sid());
        if (ofParticipant != null) {
            track.encodings().forEach(encoding -> ofParticipant.remove(encoding.source));
            arm(nowNs);
        }
    }

    private void arm(long nowNs) {
        if (!armed) {
            armed = true;
            long atNs = Math.max(nowNs, lastNs + intervalNs);
            room.timers().start(atNs, "", "speakers", this::tell);
        }
    }

    private void tell(long nowNs) {
        armed = false;
        lastNs = nowNs;
        var changed = new ArrayList<SpeakerInfo>();
        for (String sid : List.copyOf(levels.keySet())) {
            var now = speaker(sid);
            var before = told.get(sid);
            boolean silent = before == null && !now.getActive();
            if (!silent && !now.equals(before)) {
                changed.add(now);
                remember(nowNs, sid, now);
            }
        }
        changed.sort(Comparator.comparingDouble(SpeakerInfo::getLevel).reversed());
        if (!changed.isEmpty()) {
            room.participants().forEach(receiver -> send(receiver, changed));
        }
    }

    private void remember(long nowNs, String sid, SpeakerInfo now) {
        if (now.getActive()) {
            told.put(sid, now);
            silentSinceNs.remove(sid);
        } else {
            told.remove(sid);
            levels.remove(sid);
            silentSinceNs.values().removeIf(atNs -> nowNs - atNs > MEMORY_NS);
            silentSinceNs.put(sid, nowNs);
        }
    }

    private SpeakerInfo speaker(String sid) {
        double loudest = 0;
        for (double level : levels.getOrDefault(sid, Map.of()).values()) {
            loudest = Math.max(loudest, level);
        }
        if (loudest < ACTIVE) {
            return silent(sid);
        }
        float quantised = (float) (Math.ceil(Math.min(loudest, 1) * STEPS) / STEPS);
        return SpeakerInfo.newBuilder().setSid(sid).setLevel(quantised).setActive(true).build();
    }

    private static SpeakerInfo silent(String sid) {
        return SpeakerInfo.newBuilder().setSid(sid).build();
    }

    private static void send(Participant receiver, List<SpeakerInfo> changed) {
        if (!receiver.isReady() || !receiver.traits().takesSpeakerDeltas()) {
            return;
        }
        var heard =
                changed.stream()
                        .filter(speaker ->
                                speaker.getSid().equals(receiver.sid())
                                        || receiver.subscriptions()
                                                .isSubscribedTo(speaker.getSid()))
                        .toList();
        if (!heard.isEmpty()) {
            sendNow(receiver, heard);
        }
    }

    private static void sendNow(Participant receiver, List<SpeakerInfo> speakers) {
        receiver.signal()
                .send(
                        SignalResponse.newBuilder()
                                .setSpeakersChanged(
                                        SpeakersChanged.newBuilder().addAllSpeakers(speakers)));
    }

    void onFirstSubscription(Participant subscriber, String publisherSid) {
        var speaker = told.get(publisherSid);
        if (speaker != null) {
            send(subscriber, List.of(speaker));
        }
    }

    void onLastUnsubscription(Participant subscriber, String publisherSid) {
        boolean tell =
                told.containsKey(publisherSid)
                        && subscriber.isReady()
                        && subscriber.traits().takesSpeakerDeltas();
        if (tell) {
            sendNow(subscriber, List.of(silent(publisherSid)));
        }
    }

    /// After a resume: everybody who is speaking now, and who fell silent meanwhile (#26).
    void resend(Participant receiver, long awaySinceNs) {
        var speakers = new ArrayList<>(told.values());
        silentSinceNs.forEach((sid, atNs) -> {
            if (atNs >= awaySinceNs) {
                speakers.add(silent(sid));
            }
        });
        send(receiver, speakers);
    }

    /// The `speaker_update` scenario of test suites.
    void simulate(long nowNs, Participant participant, double level) {
        levels.computeIfAbsent(participant.sid(), _ -> new HashMap<>())
                .put(new SourceId(-1), level);
        arm(nowNs);
    }

    void onGone(Participant participant) {
        levels.remove(participant.sid());
        told.remove(participant.sid());
        silentSinceNs.remove(participant.sid());
    }
}

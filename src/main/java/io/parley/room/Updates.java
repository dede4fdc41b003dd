package io.parley.room;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitRtc.ParticipantUpdate;
import livekit.LivekitRtc.SignalResponse;

/// Tells participants of each other (signal.md §3.7, §5.2). Deviates: LiveKit holds back listeners'
/// changes for 3 s; here they go at once, and are collected for half a second only while more than
/// [#BURST] changes a second come (§10 #3, #17). Owned by its room's context.
final class Updates {
    static final int BURST = 20;
    private static final long WINDOW_NS = 1_000_000_000L;
    private static final long COLLECT_NS = 500_000_000L;

    private final Map<String, Participant> participants;
    private final Timers timers;
    private final int batchBytes;
    private final Map<String, ParticipantInfo> collected = new LinkedHashMap<>();
    private long windowStartNs;
    private int inWindow;
    private boolean collecting;

    Updates(Map<String, Participant> participants, Timers timers, int batchBytes) {
        this.participants = participants;
        this.timers = timers;
        this.batchBytes = batchBytes;
    }

    /// Metadata, permissions, mute: to everybody, the participant itself included, never held back.
    void broadcastNow(long nowNs, Participant about) {
        broadcastToOthers(nowNs, about);
        sendTo(nowNs, about, List.of(about.info()));
    }

    /// A track came or went: its publisher knows already.
    void broadcastToOthers(long nowNs, Participant about) {
        var info = about.info();
        collected.remove(info.getSid());
        deliver(nowNs, List.of(info));
    }

    /// A change of state of somebody who may be a mere listener, to the others.
    void broadcast(long nowNs, Participant about) {
        var info = about.info();
        if (!isBurst(nowNs)) {
            deliver(nowNs, List.of(info));
            return;
        }
        collected.put(info.getSid(), info);
        if (!collecting) {
            collecting = true;
            timers.start(nowNs + COLLECT_NS, "", "participant updates", this::flush);
        }
    }

    /// A farewell. With `replaced` the same identity goes on under a new sid: clients that know
    /// sessions by identity are not told of the old one (§3.8).
    void broadcastGone(long nowNs, Participant about, boolean replaced) {
        var info = about.info();
        collected.remove(info.getSid());
        for (var receiver : List.copyOf(participants.values())) {
            boolean told = !(replaced && receiver.traits().isIdentityBased());
            if (told && receiver != about) {
                sendTo(nowNs, receiver, List.of(info));
            }
        }
    }

    private boolean isBurst(long nowNs) {
        if (nowNs - windowStartNs >= WINDOW_NS) {
            windowStartNs = nowNs;
            inWindow = 0;
        }
        inWindow++;
        return inWindow > BURST;
    }

    private void flush(long nowNs) {
        collecting = false;
        var infos = List.copyOf(collected.values());
        collected.clear();
        deliver(nowNs, infos);
    }

    private void deliver(long nowNs, List<ParticipantInfo> infos) {
        for (var receiver : List.copyOf(participants.values())) {
            boolean self = infos.size() == 1 && infos.getFirst().getSid().equals(receiver.sid());
            if (!self) {
                sendTo(nowNs, receiver, infos);
            }
        }
    }

    /// Sends what is news to this receiver and may be seen by it.
    void sendTo(long nowNs, Participant receiver, Collection<ParticipantInfo> infos) {
        var news = new ArrayList<ParticipantInfo>();
        for (var info : infos) {
            boolean self = info.getSid().equals(receiver.sid());
            boolean visible = self || !info.getPermission().getHidden();
            if (visible && receiver.seen().takes(nowNs, info)) {
                news.add(info);
            }
        }
        sendBatches(receiver, news);
    }

    /// Everybody who is not hidden, and the receiver itself, whatever it was told before (§6.1 #6).
    void sendSnapshot(long nowNs, Participant receiver) {
        var all = new ArrayList<ParticipantInfo>();
        for (var participant : participants.values()) {
            if (participant == receiver || !participant.isHidden()) {
                var info = participant.info();
                receiver.seen().onSnapshot(nowNs, info);
                all.add(info);
            }
        }
        sendBatches(receiver, all);
    }

    /// The receiver must know a publisher before an offer that carries its track (§3.7).
    void ensureKnown(long nowNs, Participant receiver, Participant publisher) {
        if (!receiver.seen().knows(publisher.sid())) {
            sendTo(nowNs, receiver, List.of(publisher.info()));
        }
    }

    private void sendBatches(Participant receiver, List<ParticipantInfo> infos) {
        for (var batch : batches(infos, batchBytes)) {
            receiver.signal().send(SignalResponse.newBuilder().setUpdate(batch));
        }
    }

    /// No message is larger than the target, unless one participant alone is.
    static List<ParticipantUpdate> batches(List<ParticipantInfo> infos, int targetBytes) {
        var batches = new ArrayList<ParticipantUpdate>();
        var batch = ParticipantUpdate.newBuilder();
        int bytes = 0;
        for (var info : infos) {
            int size = info.getSerializedSize();
            if (bytes > 0 && bytes + size > targetBytes) {
                batches.add(batch.build());
                batch = ParticipantUpdate.newBuilder();
                bytes = 0;
            }
            batch.addParticipants(info);
            bytes += size;
        }
        if (bytes > 0) {
            batches.add(batch.build());
        }
        return batches;
    }
}

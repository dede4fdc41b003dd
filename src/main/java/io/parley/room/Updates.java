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
/// changes for 3 s; here everything goes at once, and is collected for half a second only while
/// more changes a second come than [#BURST], or than make [#BURST_MESSAGES] for everybody (§10 #3,
/// #17). While anything is collected nothing overtakes it. Owned by its room's context.
final class Updates {
    static final int BURST = 20;

    /// Of what LiveKit never holds back; a hundred people may change 200 times a second.
    static final int BURST_MESSAGES = 20_000;

    private static final long WINDOW_NS = 1_000_000_000L;
    private static final long COLLECT_NS = 500_000_000L;

    private final Map<String, Participant> participants;
    private final Timers timers;
    private final int batchBytes;
    private final Map<String, Change> collected = new LinkedHashMap<>();
    private long windowStartNs;
    private int inWindow;
    private boolean collecting;

    /// @param replaced the same identity goes on under a new sid
    private record Change(ParticipantInfo info, boolean replaced) {
        /// Whether that receiver may hear of it.
        boolean isFor(Participant receiver) {
            if (info.getSid().equals(receiver.sid())) {
                return true;
            }
            return !info.getPermission().getHidden()
                    && !(replaced && receiver.traits().isIdentityBased());
        }
    }

    Updates(Map<String, Participant> participants, Timers timers, int batchBytes) {
        this.participants = participants;
        this.timers = timers;
        this.batchBytes = batchBytes;
    }

    /// Metadata, permissions, mute: to everybody; to the participant itself always at once.
    void broadcastNow(long nowNs, Participant about) {
        broadcastToOthers(nowNs, about);
        sendTo(nowNs, about, List.of(new Change(about.info(), false)));
    }

    /// A track came or went: its publisher knows already.
    void broadcastToOthers(long nowNs, Participant about) {
        tellSoon(nowNs, new Change(about.info(), false));
    }

    /// A change of state of somebody who may be a mere listener, to the others.
    void broadcast(long nowNs, Participant about) {
        collected.put(about.sid(), new Change(about.info(), false));
        if (isBurst(nowNs, BURST) || collecting) {
            flushLater(nowNs);
        } else {
            flush(nowNs);
        }
    }

    /// A farewell. With `replaced` the same identity goes on under a new sid: clients that know
    /// sessions by identity are not told of the old one (§3.8).
    void broadcastGone(long nowNs, Participant about, boolean replaced) {
        tellSoon(nowNs, new Change(about.info(), replaced));
    }

    private void tellSoon(long nowNs, Change change) {
        collected.put(change.info().getSid(), change);
        if (isBurst(nowNs, Math.max(BURST, BURST_MESSAGES / Math.max(1, participants.size())))) {
            flushLater(nowNs);
        } else {
            flush(nowNs);
        }
    }

    private boolean isBurst(long nowNs, int limit) {
        if (nowNs - windowStartNs >= WINDOW_NS) {
            windowStartNs = nowNs;
            inWindow = 0;
        }
        inWindow++;
        return inWindow > limit;
    }

    private void flushLater(long nowNs) {
        if (!collecting) {
            collecting = true;
            timers.start(
                    nowNs + COLLECT_NS,
                    "",
                    "participant updates",
                    laterNs -> {
                        collecting = false;
                        flush(laterNs);
                    });
        }
    }

    private void flush(long nowNs) {
        var changes = List.copyOf(collected.values());
        collected.clear();
        for (var receiver : List.copyOf(participants.values())) {
            boolean isOwn =
                    changes.size() == 1
                            && changes.getFirst().info().getSid().equals(receiver.sid());
            if (!isOwn) {
                sendTo(nowNs, receiver, changes);
            }
        }
    }

    /// Sends what is news to this receiver and may be seen by it.
    private void sendTo(long nowNs, Participant receiver, Collection<Change> changes) {
        var news = new ArrayList<ParticipantInfo>();
        for (var change : changes) {
            if (change.isFor(receiver) && receiver.seen().takes(nowNs, change.info())) {
                news.add(change.info());
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

    /// The receiver must know a publisher and its track before an offer that carries it (§3.7); if
    /// an earlier session of that identity has just left, that one's farewell comes first.
    void ensureKnown(long nowNs, Participant receiver, Participant publisher) {
        var info = publisher.info();
        if (receiver.seen().isUpToDate(info)) {
            return;
        }
        var changes = new ArrayList<Change>();
        for (var change : collected.values()) {
            if (change.info().getIdentity().equals(info.getIdentity())) {
                changes.add(change);
            }
        }
        changes.add(new Change(info, false));
        sendTo(nowNs, receiver, changes);
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

package io.parley.room;

import io.parley.store.ObjectStore;
import io.parley.store.ObjectStore.RoomChanges;
import io.parley.store.StaleEpochException;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes what has changed of a room through to the store, coalesced and one write at a time; what
/// could not be written is tried again, so that a store which is away for a while holds up nobody.
/// Part of the shell; owned by its room's context.
final class RoomStoringSession {
    static final long COALESCED_MS = 20;
    static final long COUNTERS_MS = 250;
    static final long RETRY_MS = 500;

    /// 4 MB/s.
    private static final long BYTES_PER_MS = 4000;

    private static final Logger LOG = LoggerFactory.getLogger(RoomStoringSession.class);

    private final String room;
    private final ObjectStore store;
    private final RoomTimerSession.Setter timer;
    private final Runnable onStale;
    private long epoch;
    private Future<Void> writing = Future.succeededFuture();
    private long nextDelayMs = COALESCED_MS;
    private boolean scheduled;
    private boolean countersScheduled;
    private boolean failing;
    private boolean finished;

    /// @param onStale the store knows a later epoch of the room
    RoomStoringSession(
            String room,
            long epoch,
            ObjectStore store,
            RoomTimerSession.Setter timer,
            Runnable onStale) {
        this.room = room;
        this.epoch = epoch;
        this.store = store;
        this.timer = timer;
        this.onStale = onStale;
    }

    /// The room's epoch was raised by a merge; it is still ours, and what the store has of it may
    /// be the other side's.
    void adopt(long raised, Unsaved unsaved) {
        epoch = raised;
        writing =
                writing.transform(_ -> store.open(room, raised))
                        .onSuccess(unsaved::onFound)
                        .mapEmpty();
    }

    /// Soon, if there is anything; mere counters a little later.
    void afterInput(Unsaved unsaved) {
        if (!unsaved.isEmpty() && !scheduled && !finished) {
            scheduled = true;
            Runnable then =
                    () -> {
                        scheduled = false;
                        flush(unsaved);
                    };
            timer.set(failing ? RETRY_MS : nextDelayMs, then);
        }
        if (unsaved.hasCounted() && !countersScheduled && !finished) {
            countersScheduled = true;
            Runnable then =
                    () -> {
                        countersScheduled = false;
                        flush(unsaved);
                    };
            timer.set(COUNTERS_MS, then);
        }
    }

    /// Everything up to now; complete once it is in the store, failed if it is not.
    Future<Void> flush(Unsaved unsaved) {
        if (!writing.isComplete()) {
            return writing.transform(_ -> flush(unsaved));
        }
        if (finished || (unsaved.isEmpty() && !unsaved.hasCounted())) {
            return finished ? writing : Future.succeededFuture();
        }
        var changes = unsaved.take(store.outlivesNode());
        nextDelayMs = Math.max(COALESCED_MS, sizeBytes(changes) / BYTES_PER_MS);
        writing = store.write(room, epoch, changes);
        writing.onComplete(_ -> failing = false, e -> onFailed(unsaved, changes, e));
        return writing;
    }

    /// What a room writes stays within a rate: in a large one, where every change is everybody's,
    /// the store lags behind a little.
    private static long sizeBytes(RoomChanges changes) {
        long room = changes.record().map(each -> each.state().getSerializedSize()).orElse(0);
        return room
                + changes.stored().values().stream()
                        .mapToLong(each ->
                                each.info().getSerializedSize() + each.state().getSerializedSize())
                        .sum();
    }

    private void onFailed(Unsaved unsaved, RoomChanges changes, Throwable cause) {
        if (cause instanceof StaleEpochException) {
            onStale.run();
            return;
        }
        if (!failing) {
            LOG.warn("A room's state was not stored. room={} cause={}", room, cause.toString());
        }
        failing = true;
        unsaved.putBack(changes);
        afterInput(unsaved);
    }

    /// What moves to another node keeps its record.
    Future<Void> onFinished(RoomEvent.RoomEnd end, Unsaved unsaved) {
        finished = end != RoomEvent.RoomEnd.SERVER_SHUTDOWN;
        writing =
                switch (end) {
                    case API_DELETE, IDLE_TIMEOUT, OPEN_FAILED ->
                            writing.transform(_ -> store.delete(room, epoch));
                    case SERVER_SHUTDOWN -> flush(unsaved);
                    case SUPERSEDED, HANDED_OVER -> writing.transform(_ -> letGo());
                };
        return writing;
    }

    /// A store that keeps a copy learns by the refusal that the room is not ours any more.
    private Future<Void> letGo() {
        var nothing = new RoomChanges(Optional.empty(), Map.of(), Map.of());
        return store.write(room, epoch, nothing).otherwiseEmpty();
    }
}

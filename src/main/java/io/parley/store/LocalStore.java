package io.parley.store;

import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The store of a single node: memory only. Shared by all contexts of the node; each room's entry
/// is replaced as a whole.
public final class LocalStore implements ObjectStore {
    private final Map<String, Kept> rooms = new ConcurrentHashMap<>();

    private record Kept(
            long epoch, Optional<RoomRecord> record, Map<String, ParticipantRecord> participants) {
        static final Kept NOTHING = new Kept(0, Optional.empty(), Map.of());

        Kept with(RoomChanges changes) {
            var next = new HashMap<>(participants);
            changes.gone()
                    .forEach((identity, sid) ->
                            next.computeIfPresent(
                                    identity,
                                    (_, known) ->
                                            known.info().getSid().equals(sid) ? null : known));
            next.putAll(changes.stored());
            return new Kept(epoch, changes.record().or(() -> record), Map.copyOf(next));
        }
    }

    @Override
    public Future<StoredRoom> open(String room, long epoch) {
        return change(room, epoch, kept -> new Kept(epoch, kept.record(), kept.participants()))
                .map(kept ->
                        new StoredRoom(kept.record(), List.copyOf(kept.participants().values())));
    }

    @Override
    public Future<Void> write(String room, long epoch, RoomChanges changes) {
        return change(
                        room,
                        epoch,
                        kept -> new Kept(epoch, kept.record(), kept.participants()).with(changes))
                .mapEmpty();
    }

    @Override
    public Future<Void> delete(String room, long epoch) {
        return change(room, epoch, _ -> null).mapEmpty();
    }

    private Future<Kept> change(String room, long epoch, Change change) {
        try {
            var after =
                    rooms.compute(
                            room,
                            (name, present) -> {
                                var kept = Objects.requireNonNullElse(present, Kept.NOTHING);
                                if (kept.epoch() > epoch) {
                                    throw new StaleEpochException(name, kept.epoch());
                                }
                                return change.of(kept);
                            });
            return Future.succeededFuture(Objects.requireNonNullElse(after, Kept.NOTHING));
        } catch (StaleEpochException e) {
            return Future.failedFuture(e);
        }
    }

    /// What a room's entry becomes, null to forget it: a node alone never repeats an epoch.
    private interface Change {
        @Nullable Kept of(Kept present);
    }

    @Override
    public Future<List<RoomRecord>> rooms() {
        return Future.succeededFuture(
                rooms.values().stream().flatMap(kept -> kept.record().stream()).toList());
    }

    @Override
    public boolean outlivesNode() {
        return false;
    }
}

package io.parley.store;

import io.vertx.core.Future;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// The store of a single node: memory only. Shared by all contexts of the node; each room's entry
/// is replaced as a whole.
public final class LocalStore implements ObjectStore {
    /// The last deleted rooms, whose epochs are remembered.
    private static final int REMEMBERED = 1000;

    private final Map<String, KeptRoom> rooms = new ConcurrentHashMap<>();
    private final BlockingQueue<String> deleted = new LinkedBlockingQueue<>(REMEMBERED);

    @Override
    public Future<StoredRoom> open(String room, long epoch) {
        return change(room, epoch, kept -> kept.in(epoch)).map(KeptRoom::stored);
    }

    @Override
    public Future<Void> write(String room, long epoch, RoomChanges changes) {
        return change(room, epoch, kept -> kept.in(epoch).with(changes)).mapEmpty();
    }

    @Override
    public Future<Void> delete(String room, long epoch) {
        return change(room, epoch, kept -> kept.in(epoch).deleted())
                .onSuccess(_ -> onDeleted(room))
                .mapEmpty();
    }

    private Future<KeptRoom> change(String room, long epoch, UnaryOperator<KeptRoom> change) {
        try {
            var after =
                    rooms.compute(
                            room,
                            (name, present) -> {
                                var kept = Objects.requireNonNullElse(present, KeptRoom.NOTHING);
                                if (kept.epoch() > epoch) {
                                    throw new StaleEpochException(name, kept.epoch());
                                }
                                return change.apply(kept);
                            });
            return Future.succeededFuture(after);
        } catch (StaleEpochException e) {
            return Future.failedFuture(e);
        }
    }

    private void onDeleted(String room) {
        while (!deleted.offer(room)) {
            Optional.ofNullable(deleted.poll())
                    .ifPresent(oldest ->
                            rooms.computeIfPresent(
                                    oldest, (_, kept) -> kept.isEmpty() ? null : kept));
        }
    }

    @Override
    public Future<List<RoomRecord>> rooms() {
        return Future.succeededFuture(
                rooms.values().stream()
                        .flatMap(kept -> Stream.ofNullable(kept.record()))
                        .map(RoomRecord::listed)
                        .toList());
    }

    @Override
    public boolean outlivesNode() {
        return false;
    }

    @Override
    public String toString() {
        return "memory";
    }
}

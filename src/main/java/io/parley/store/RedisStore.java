package io.parley.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import livekit.LivekitInternal.Node;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The store in Redis: LiveKit's keys with LiveKit's values, for LiveKit's tools, and one key of
/// ours a room with all of it and the fence. Called from every context of the node; what it holds
/// is owned by its own.
///
/// Redis may come back without the last writes, or with nothing at all, after a restart or a
/// failover. So what the rooms of this node write is held here as well, and written anew then.
public final class RedisStore extends VerticleBase implements ObjectStore {
    private static final Logger LOG = LoggerFactory.getLogger(RedisStore.class);
    private static final long REMEMBERED_S = 600;

    private final RedisSettings settings;
    private final boolean isCluster;
    private final String node;
    private final RedisLink link;
    private final RoomScript script;
    private final LiveKitMirror mirror;

    private final Map<String, KeptRoom> held = new HashMap<>();

    /// Epochs by room, of deletions that Redis has not heard of.
    private final Map<String, Long> undeleted = new HashMap<>();

    private long sequence;

    private RedisStore(Vertx vertx, RedisSettings settings, String node) {
        this.settings = settings;
        this.isCluster = settings.servers() instanceof RedisSettings.Servers.Nodes;
        this.node = node;
        this.link = new RedisLink(vertx, settings, this::onBack);
        this.script = new RoomScript(link);
        this.mirror = new LiveKitMirror(link);
    }

    /// Ends with Vert.x. Fails if Redis is away or does not let us in.
    ///
    /// @param node this process; the first one that uses an epoch of a room has it
    public static Future<RedisStore> connect(Vertx vertx, RedisSettings settings, String node) {
        var store = new RedisStore(vertx, settings, node);
        return vertx.deployVerticle(store).map(store);
    }

    @Override
    public Future<?> start() {
        return link.open();
    }

    @Override
    public Future<?> stop() {
        link.close();
        return Future.succeededFuture();
    }

    @Override
    public Future<StoredRoom> open(String room, long epoch) {
        return onOwnContext(() -> openNow(room, epoch));
    }

    private Future<StoredRoom> openNow(String room, long epoch) {
        Long deleted = undeleted.get(room);
        if (deleted != null && deleted < epoch) {
            return deleteNow(room, deleted)
                    .recover(RedisStore::unlessStale)
                    .compose(_ -> openNow(room, epoch));
        }
        return run(room, epoch, arguments("open", room, epoch))
                .compose(reply ->
                        isCluster
                                ? mirror.onOpened(room, node).map(reply)
                                : Future.succeededFuture(reply))
                .map(reply -> {
                    var stored = RedisRecords.storedIn(reply.get(1));
                    held.put(room, KeptRoom.of(epoch, stored));
                    return stored;
                });
    }

    private static Future<Void> unlessStale(Throwable cause) {
        return cause instanceof StaleEpochException
                ? Future.succeededFuture()
                : Future.failedFuture(cause);
    }

    @Override
    public Future<Void> write(String room, long epoch, RoomChanges changes) {
        return onOwnContext(() -> writeNow(room, epoch, changes));
    }

    /// What is held changes first: if Redis comes back meanwhile, nothing older overwrites this.
    private Future<Void> writeNow(String room, long epoch, RoomChanges changes) {
        held.compute(
                room,
                (_, present) -> {
                    var kept = present == null ? KeptRoom.NOTHING : present;
                    return kept.epoch() > epoch ? kept : kept.in(epoch).with(changes);
                });
        return run(room, epoch, arguments("write", room, epoch).add(changes))
                .compose(reply ->
                        isCluster
                                ? mirror.onWritten(
                                        room, changes, RedisRecords.textsIn(reply.get(1)))
                                : Future.succeededFuture());
    }

    @Override
    public Future<Void> delete(String room, long epoch) {
        return onOwnContext(() -> deleteNow(room, epoch));
    }

    private Future<Void> deleteNow(String room, long epoch) {
        forget(room, epoch);
        undeleted.put(room, epoch);
        var arguments = arguments("delete", room, epoch).add(epoch + 1).add(REMEMBERED_S);
        return run(room, epoch, arguments)
                .compose(_ -> isCluster ? mirror.onDeleted(room) : Future.succeededFuture())
                .onSuccess(_ -> undeleted.remove(room, epoch));
    }

    private void forget(String room, long epoch) {
        held.computeIfPresent(room, (_, kept) -> kept.epoch() <= epoch ? null : kept);
        undeleted.remove(room, epoch);
    }

    @Override
    public Future<List<RoomRecord>> rooms() {
        return onOwnContext(() ->
                Future.all(all(RedisKeys.ROOMS), all(RedisKeys.ROOM_INTERNAL))
                        .map(both -> RedisRecords.listed(both.resultAt(0), both.resultAt(1))));
    }

    private Future<Response> all(String key) {
        return link.call(Request.cmd(Command.HGETALL).arg(key)).map(Objects::requireNonNull);
    }

    @Override
    public boolean outlivesNode() {
        return true;
    }

    /// Shows a node to LiveKit's tools, as it stands at this moment.
    public Future<Void> report(Node record) {
        return onOwnContext(() ->
                link.call(
                                Request.cmd(Command.HSET)
                                        .arg(RedisKeys.NODES)
                                        .arg(record.getId())
                                        .arg(record.toByteArray()))
                        .mapEmpty());
    }

    /// Takes a node that has ended from the sight of LiveKit's tools.
    public Future<Void> forgetNode(String id) {
        return onOwnContext(() -> forgetNodes(List.of(id)));
    }

    /// Takes the nodes away that reported last before then. One that does live comes back with its
    /// next report.
    public Future<Void> forgetNodesSilentSince(long epochS) {
        return onOwnContext(() ->
                all(RedisKeys.NODES)
                        .map(nodes -> RedisRecords.nodesSilentSince(nodes, epochS))
                        .compose(this::forgetNodes));
    }

    private Future<Void> forgetNodes(List<String> ids) {
        if (ids.isEmpty()) {
            return Future.succeededFuture();
        }
        var leaving = Request.cmd(Command.HDEL).arg(RedisKeys.NODES);
        ids.forEach(leaving::arg);
        return link.call(leaving).mapEmpty();
    }

    @Override
    public String toString() {
        return "redis(" + settings.servers() + ")";
    }

    private <T> Future<T> onOwnContext(Supplier<Future<T>> action) {
        Promise<T> promise = ((VertxInternal) vertx).getOrCreateContext().promise();
        context.runOnContext(
                _ -> Future.succeededFuture().compose(_ -> action.get()).onComplete(promise));
        return promise.future();
    }

    private RoomArguments arguments(String operation, String room, long epoch) {
        return new RoomArguments().add(operation).add(room).add(epoch).add(node).add(++sequence);
    }

    private Future<Response> run(String room, long epoch, RoomArguments arguments) {
        return script.run(RedisKeys.of(room, isCluster), arguments.list())
                .map(reply -> checked(room, epoch, reply));
    }

    private Response checked(String room, long epoch, Response reply) {
        return switch (reply.get(0).toString()) {
            case "done" -> reply;
            case "stale" -> {
                forget(room, epoch);
                throw new StaleEpochException(room, Long.parseLong(reply.get(1).toString()));
            }
            default -> throw new RedisAwayException("a later write has overtaken this one");
        };
    }

    private void onBack() {
        for (var each : Map.copyOf(undeleted).entrySet()) {
            deleteNow(each.getKey(), each.getValue());
        }
        writeAnew(List.copyOf(held.keySet()).iterator());
    }

    /// One after the other; if Redis goes away again, its return begins anew.
    private void writeAnew(Iterator<String> rooms) {
        while (rooms.hasNext()) {
            String room = rooms.next();
            var kept = held.get(room);
            if (kept != null) {
                replace(room, kept)
                        .onComplete(_ -> writeAnew(rooms), e -> onNotReplaced(room, e, rooms));
                return;
            }
        }
    }

    private Future<Void> replace(String room, KeptRoom kept) {
        var participants = new HashMap<>(kept.participants());
        var all = new RoomChanges(Optional.ofNullable(kept.record()), participants, Map.of());
        return run(room, kept.epoch(), arguments("replace", room, kept.epoch()).add(all))
                .compose(_ ->
                        isCluster ? mirror.onReplaced(room, node, all) : Future.succeededFuture());
    }

    private void onNotReplaced(String room, Throwable cause, Iterator<String> rooms) {
        if (cause instanceof StaleEpochException) {
            writeAnew(rooms);
        } else {
            LOG.debug("Not written anew. room={} cause={}", room, cause.toString());
        }
    }
}

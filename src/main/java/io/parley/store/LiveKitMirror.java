package io.parley.store;

import io.parley.store.ObjectStore.RoomChanges;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Request;
import java.util.ArrayList;
import java.util.List;

/// LiveKit's keys of a Redis cluster. They lie in other slots than ours, so that no script reaches
/// them together with it: they follow what our key has become, and without a fence.
final class LiveKitMirror {
    private final RedisLink link;

    LiveKitMirror(RedisLink link) {
        this.link = link;
    }

    Future<Void> onOpened(String room, String node) {
        return call(List.of(nodeOf(room, node)));
    }

    /// @param left identities
    Future<Void> onWritten(String room, RoomChanges changes, List<String> left) {
        var requests = new ArrayList<Request>();
        if (!left.isEmpty()) {
            var leaving = Request.cmd(Command.HDEL).arg(RedisKeys.participants(room));
            left.forEach(leaving::arg);
            requests.add(leaving);
        }
        addStored(requests, room, changes);
        return call(requests);
    }

    Future<Void> onReplaced(String room, String node, RoomChanges all) {
        var requests = new ArrayList<Request>();
        requests.add(nodeOf(room, node));
        requests.add(Request.cmd(Command.DEL).arg(RedisKeys.participants(room)));
        addStored(requests, room, all);
        return call(requests);
    }

    Future<Void> onDeleted(String room) {
        return call(
                List.of(
                        Request.cmd(Command.HDEL).arg(RedisKeys.ROOMS).arg(room),
                        Request.cmd(Command.HDEL).arg(RedisKeys.ROOM_INTERNAL).arg(room),
                        Request.cmd(Command.DEL).arg(RedisKeys.participants(room)),
                        Request.cmd(Command.HDEL).arg(RedisKeys.ROOM_NODE_MAP).arg(room)));
    }

    private static Request nodeOf(String room, String node) {
        return Request.cmd(Command.HSET).arg(RedisKeys.ROOM_NODE_MAP).arg(room).arg(node);
    }

    private static void addStored(List<Request> requests, String room, RoomChanges changes) {
        changes.record()
                .ifPresent(record -> {
                    requests.add(
                            Request.cmd(Command.HSET)
                                    .arg(RedisKeys.ROOMS)
                                    .arg(room)
                                    .arg(record.room().toByteArray()));
                    requests.add(
                            Request.cmd(Command.HSET)
                                    .arg(RedisKeys.ROOM_INTERNAL)
                                    .arg(room)
                                    .arg(record.internal().toByteArray()));
                });
        if (!changes.stored().isEmpty()) {
            var storing = Request.cmd(Command.HSET).arg(RedisKeys.participants(room));
            changes.stored()
                    .forEach((identity, each) ->
                            storing.arg(identity).arg(each.info().toByteArray()));
            requests.add(storing);
        }
    }

    /// In this order for each key, as all of a key takes one connection.
    private Future<Void> call(List<Request> requests) {
        return Future.all(requests.stream().map(link::call).toList()).mapEmpty();
    }
}

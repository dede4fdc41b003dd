package io.parley.store;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import io.parley.store.ObjectStore.ParticipantRecord;
import io.parley.store.ObjectStore.RoomRecord;
import io.parley.store.ObjectStore.StoredRoom;
import io.parley.store.state.ParticipantState;
import io.parley.store.state.RoomState;
import io.vertx.redis.client.Response;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import livekit.LivekitInternal.Node;
import livekit.LivekitInternal.RoomInternal;
import livekit.LivekitModels.ParticipantInfo;
import livekit.LivekitModels.Room;

/// What stands in Redis as records.
final class RedisRecords {
    private static final byte[] NOTHING = {};
    private static final String INFO = "info:";
    private static final String STATE = "state:";

    private RedisRecords() {}

    /// A hash as Redis lists it: each field before its value.
    private static Map<String, byte[]> fieldsIn(Response hash) {
        var fields = new HashMap<String, byte[]>();
        for (int i = 0; i + 1 < hash.size(); i += 2) {
            fields.put(hash.get(i).toString(), hash.get(i + 1).toBytes());
        }
        return fields;
    }

    static List<String> textsIn(Response list) {
        var texts = new ArrayList<String>();
        list.forEach(each -> texts.add(each.toString()));
        return texts;
    }

    /// What a room's key of ours holds, as `redis/room.lua` has written it.
    static StoredRoom storedIn(Response hash) {
        var fields = fieldsIn(hash);
        var participants = new ArrayList<ParticipantRecord>();
        fields.forEach((field, bytes) -> {
            if (field.startsWith(INFO)) {
                String identity = field.substring(INFO.length());
                participants.add(
                        new ParticipantRecord(
                                parse(ParticipantInfo.parser(), bytes),
                                parse(
                                        ParticipantState.parser(),
                                        fields.getOrDefault(STATE + identity, NOTHING))));
            }
        });
        var record =
                Optional.ofNullable(fields.get("room"))
                        .map(room ->
                                new RoomRecord(
                                        parse(Room.parser(), room),
                                        parse(
                                                RoomInternal.parser(),
                                                fields.getOrDefault("internal", NOTHING)),
                                        parse(
                                                RoomState.parser(),
                                                fields.getOrDefault("state", NOTHING))));
        return new StoredRoom(record, participants);
    }

    /// LiveKit's `rooms` and `room_internal`.
    static List<RoomRecord> listed(Response rooms, Response internals) {
        var internal = fieldsIn(internals);
        var records = new ArrayList<RoomRecord>();
        fieldsIn(rooms)
                .forEach((name, room) ->
                        records.add(
                                new RoomRecord(
                                        parse(Room.parser(), room),
                                        parse(
                                                RoomInternal.parser(),
                                                internal.getOrDefault(name, NOTHING)),
                                        RoomState.getDefaultInstance())));
        return records;
    }

    /// Of LiveKit's `nodes` those whose last report was before then. Who does not tell counts as
    /// alive, as in LiveKit, and what cannot be read is not ours to take away.
    static List<String> nodesSilentSince(Response nodes, long epochS) {
        var silent = new ArrayList<String>();
        fieldsIn(nodes)
                .forEach((id, bytes) -> {
                    if (lastReport(bytes) < epochS) {
                        silent.add(id);
                    }
                });
        return silent;
    }

    private static long lastReport(byte[] bytes) {
        try {
            var node = Node.parseFrom(bytes);
            return node.hasStats() ? node.getStats().getUpdatedAt() : Long.MAX_VALUE;
        } catch (InvalidProtocolBufferException _) {
            return Long.MAX_VALUE;
        }
    }

    private static <T> T parse(Parser<T> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("not a record of ours in redis", e);
        }
    }
}

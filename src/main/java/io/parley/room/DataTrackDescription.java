package io.parley.room;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.List;

/// How a data track's frames are encoded, and by which schema: fields of PublishDataTrackRequest
/// that are younger than the generated classes (signal.md §4.14). Pure.
final class DataTrackDescription {
    private static final int FRAME_ENCODING = 4;
    private static final int SCHEMA = 5;
    private static final int CUSTOM = 2;
    private static final int SCHEMA_NAME = 1;
    private static final int SCHEMA_ENCODING = 2;

    static final List<Integer> FIELDS = List.of(FRAME_ENCODING, SCHEMA);

    private DataTrackDescription() {}

    /// Whether a custom encoding or the schema has an empty name, or one above the limit.
    static boolean hasBadName(UnknownFieldSet request, int limitBytes) {
        try {
            for (var encoding : messages(request, FRAME_ENCODING)) {
                if (isBad(encoding, CUSTOM, limitBytes)) {
                    return true;
                }
            }
            for (var schema : messages(request, SCHEMA)) {
                if (isBadSchema(schema, limitBytes)) {
                    return true;
                }
            }
            return false;
        } catch (InvalidProtocolBufferException _) {
            return true;
        }
    }

    private static boolean isBadSchema(UnknownFieldSet schema, int limitBytes)
            throws InvalidProtocolBufferException {
        if (!schema.hasField(SCHEMA_NAME) || isBad(schema, SCHEMA_NAME, limitBytes)) {
            return true;
        }
        for (var encoding : messages(schema, SCHEMA_ENCODING)) {
            if (isBad(encoding, CUSTOM, limitBytes)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBad(UnknownFieldSet message, int field, int limitBytes) {
        return message.getField(field).getLengthDelimitedList().stream()
                .anyMatch(name -> name.isEmpty() || name.size() > limitBytes);
    }

    private static List<UnknownFieldSet> messages(UnknownFieldSet of, int field)
            throws InvalidProtocolBufferException {
        var parsed = new ArrayList<UnknownFieldSet>();
        for (var bytes : of.getField(field).getLengthDelimitedList()) {
            parsed.add(UnknownFieldSet.parseFrom(bytes));
        }
        return parsed;
    }
}

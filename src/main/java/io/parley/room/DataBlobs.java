package io.parley.room;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import java.util.ArrayList;
import java.util.List;

/// Requests for data blobs, which are younger than the generated classes (signal.md §4.15): what a
/// refusal needs of them. Pure.
final class DataBlobs {
    private static final List<Integer> REQUESTS = List.of(22, 23);
    private static final int REQUEST_ID = 1;

    private DataBlobs() {}

    /// The ids of the requests to store or get a blob; 0 where there is none.
    static List<Integer> requestIds(UnknownFieldSet request) {
        var ids = new ArrayList<Integer>();
        for (int field : REQUESTS) {
            for (var blob : request.getField(field).getLengthDelimitedList()) {
                try {
                    ids.add(requestId(UnknownFieldSet.parseFrom(blob)));
                } catch (InvalidProtocolBufferException _) {
                    ids.add(0);
                }
            }
        }
        return ids;
    }

    private static int requestId(UnknownFieldSet blob) {
        var ids = blob.getField(REQUEST_ID).getVarintList();
        return ids.isEmpty() ? 0 : ids.getLast().intValue();
    }
}

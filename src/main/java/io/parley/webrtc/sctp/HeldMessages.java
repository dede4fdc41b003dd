package io.parley.webrtc.sctp;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Queue;

/// Whole messages that whoever reads us does not want yet. They stay in the receive window, so that
/// the peer stops sending (RFC 9260 §6.2). Owned by its SctpAssociation.
final class HeldMessages {
    private final ArrayDeque<SctpEvent.Message> messages = new ArrayDeque<>();
    private long bytes;

    void add(SctpEvent.Message message) {
        messages.add(message);
        bytes += cost(message);
    }

    /// Those of one stream, which ends.
    void release(int streamId, Queue<SctpEvent> to) {
        Iterator<SctpEvent.Message> each = messages.iterator();
        while (each.hasNext()) {
            SctpEvent.Message message = each.next();
            if (message.streamId() == streamId) {
                each.remove();
                bytes -= cost(message);
                to.add(message);
            }
        }
    }

    void releaseAll(Queue<SctpEvent> to) {
        to.addAll(messages);
        messages.clear();
        bytes = 0;
    }

    long bytes() {
        return bytes;
    }

    private static int cost(SctpEvent.Message message) {
        return message.payload().length + FragmentRun.OVERHEAD_BYTES;
    }
}

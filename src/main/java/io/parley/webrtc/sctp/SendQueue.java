package io.parley.webrtc.sctp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Messages not yet cut into chunks, a queue a stream, taken message by message (without I-DATA the
/// fragments of a message need consecutive TSNs). Next is the stream that was given the fewest
/// bytes while it had something to send, a reliable one first: a flood on one stream keeps no other
/// waiting. Owned by its SctpAssociation; outlives a restart.
final class SendQueue {
    private final SctpSettings settings;
    private final Map<Integer, Stream> streams = new HashMap<>();
    private final List<Stream> ready = new ArrayList<>();
    private final ArrayDeque<Integer> lowStreams = new ArrayDeque<>();
    private @Nullable Stream turn;
    private long servedUpTo;
    private long bufferedBytes;
    private long queuedBytes;

    SendQueue(SctpSettings settings) {
        this.settings = settings;
    }

    private static final class Stream {
        private final int id;
        private final ArrayDeque<OutMessage> messages = new ArrayDeque<>();
        private int nextSsn;
        private long bufferedBytes;
        private long queuedBytes;
        private long served;

        private Stream(int id) {
            this.id = id;
        }

        private OutMessage head() {
            return messages.getFirst();
        }

        private boolean isBefore(Stream other) {
            return served != other.served
                    ? served < other.served
                    : !head().isLimited() && other.head().isLimited();
        }
    }

    /// An empty queue takes any message, else one larger than the queue would never go.
    boolean hasRoomFor(int length) {
        return bufferedBytes == 0 || bufferedBytes + length <= settings.sendQueueBytes();
    }

    void add(OutMessage message) {
        Stream stream = streams.computeIfAbsent(message.streamId(), Stream::new);
        stream.messages.addLast(message);
        stream.bufferedBytes += message.payload().length;
        bufferedBytes += message.payload().length;
        raiseQueued(stream, message.payload().length);
        if (stream.messages.size() == 1) {
            stream.served = Math.max(stream.served, servedUpTo);
            ready.add(stream);
        }
    }

    /// Puts a message before all others of its stream, none of which has begun.
    void addFirst(OutMessage message) {
        add(message);
        Stream stream = streams.get(message.streamId());
        if (stream != null) {
            stream.messages.addFirst(stream.messages.removeLast());
        }
    }

    /// Drops what has not begun, for a stream nobody reads any more.
    void discard(int streamId) {
        Stream stream = streams.get(streamId);
        if (stream == null || stream.messages.isEmpty()) {
            return;
        }
        OutMessage first = stream.messages.removeFirst();
        for (OutMessage message : stream.messages) {
            raiseQueued(stream, -message.remaining());
            lower(stream, message.remaining());
        }
        stream.messages.clear();
        stream.messages.addFirst(first);
        if (!first.isBegun()) {
            raiseQueued(stream, -first.remaining());
            lower(stream, first.remaining());
            stream.messages.clear();
            leave(stream);
        }
    }

    /// The message whose next fragment is due; expired ones that never began are dropped on the
    /// way.
    @Nullable OutMessage current(long nowNs) {
        while (true) {
            Stream stream = chooseTurn();
            if (stream == null) {
                return null;
            }
            OutMessage message = stream.head();
            if (message.isBegun() || !message.isSpent(nowNs, 0)) {
                return message;
            }
            dropCurrent(stream, message);
        }
    }

    /// A message that has begun keeps its stream's turn.
    private @Nullable Stream chooseTurn() {
        if (turn != null && turn.head().isBegun()) {
            return turn;
        }
        Stream next = null;
        for (int i = 0; i < ready.size(); i++) {
            Stream each = ready.get(i);
            next = next == null || each.isBefore(next) ? each : next;
        }
        turn = next;
        servedUpTo = next == null ? servedUpTo : Math.max(servedUpTo, next.served);
        return next;
    }

    /// Cuts a fragment of the current message.
    OutChunk take(OutMessage message, long tsn, int length) {
        Stream stream = takingTurn();
        if (!message.isBegun()) {
            message.number(stream.nextSsn & 0xffff);
            stream.nextSsn += message.unordered() ? 0 : 1;
        }
        OutChunk chunk = message.take(tsn, length);
        stream.served += length;
        raiseQueued(stream, -length);
        if (message.remaining() == 0) {
            finishCurrent(stream);
        }
        return chunk;
    }

    /// Gives up what is left of a message that began; answers false if all of it had been taken.
    boolean dropRest(OutMessage message) {
        if (message.remaining() == 0) {
            return false;
        }
        dropCurrent(takingTurn(), message);
        return true;
    }

    /// The bytes of a chunk need no memory any more.
    void release(OutChunk chunk) {
        if (!chunk.released) {
            chunk.released = true;
            Stream stream = streams.get(chunk.message().streamId());
            lower(stream, chunk.length());
        }
    }

    /// After a restart: numbers begin at 0 again; a message that had begun begins again.
    void restart() {
        for (Stream stream : streams.values()) {
            stream.nextSsn = 0;
            OutMessage first = stream.messages.peekFirst();
            if (first != null && first.isBegun()) {
                int taken = first.payload().length - first.remaining();
                first.rewind();
                raiseQueued(stream, taken);
                stream.bufferedBytes += taken;
                bufferedBytes += taken;
            }
        }
    }

    /// RFC 6525 §5.2.2 E: after the reset the stream begins at SSN 0.
    void resetStream(int streamId) {
        Stream stream = streams.get(streamId);
        if (stream != null) {
            stream.nextSsn = 0;
        }
    }

    boolean isDrained(int streamId) {
        Stream stream = streams.get(streamId);
        return stream == null || stream.messages.isEmpty();
    }

    long bufferedBytes() {
        return bufferedBytes;
    }

    long bufferedBytes(int streamId) {
        Stream stream = streams.get(streamId);
        return stream == null ? 0 : stream.bufferedBytes;
    }

    long queuedBytes() {
        return queuedBytes;
    }

    /// Bytes of a stream that no chunk has taken yet.
    long queuedBytes(int streamId) {
        Stream stream = streams.get(streamId);
        return stream == null ? 0 : stream.queuedBytes;
    }

    /// How long the stream's next message has waited.
    long waitedNs(long nowNs, int streamId) {
        Stream stream = streams.get(streamId);
        return stream == null || stream.messages.isEmpty() ? 0 : nowNs - stream.head().queuedNs();
    }

    @Nullable Integer pollLowStream() {
        return lowStreams.pollFirst();
    }

    private Stream takingTurn() {
        return Objects.requireNonNull(turn);
    }

    private void dropCurrent(Stream stream, OutMessage message) {
        raiseQueued(stream, -message.remaining());
        lower(stream, message.remaining());
        finishCurrent(stream);
    }

    private void finishCurrent(Stream stream) {
        stream.messages.removeFirst();
        turn = null;
        if (stream.messages.isEmpty()) {
            leave(stream);
        }
    }

    private void leave(Stream stream) {
        ready.remove(stream);
        turn = null;
    }

    private void raiseQueued(Stream stream, int bytes) {
        queuedBytes += bytes;
        stream.queuedBytes += bytes;
    }

    private void lower(@Nullable Stream stream, int bytes) {
        bufferedBytes -= bytes;
        if (stream == null) {
            return;
        }
        boolean above = stream.bufferedBytes > settings.bufferedLowBytes();
        stream.bufferedBytes -= bytes;
        if (above && stream.bufferedBytes <= settings.bufferedLowBytes()) {
            lowStreams.addLast(stream.id);
        }
    }
}

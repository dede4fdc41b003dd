package io.parley.webrtc.sctp;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes messages of fragments and puts those of ordered streams in order (RFC 9260 §6.5, §6.6,
/// §6.9). Owned by its Receiver.
final class Reassembly {
    private final int maxMessageBytes;
    private final MessageSink sink;
    private final TreeMap<Long, FragmentRun> runs = new TreeMap<>();
    private final Map<Integer, OrderedStream> streams = new HashMap<>();
    private long heldBytes;
    private long oversizeMessages;

    private static final class OrderedStream {
        private final TreeMap<Long, FragmentRun> waiting = new TreeMap<>();
        private long nextSsn = Serial.first(0);
    }

    Reassembly(int maxMessageBytes, MessageSink sink) {
        this.maxMessageBytes = maxMessageBytes;
        this.sink = sink;
    }

    long heldBytes() {
        return heldBytes;
    }

    long oversizeMessages() {
        return oversizeMessages;
    }

    /// Takes a fragment not seen before.
    void add(long tsn, DataChunk data) {
        if (data.begin() && data.end()) {
            FragmentRun whole = new FragmentRun(tsn, data);
            heldBytes += whole.heldBytes();
            limit(whole);
            onComplete(whole);
            return;
        }
        Map.Entry<Long, FragmentRun> floor = runs.floorEntry(tsn);
        FragmentRun left = floor == null ? null : floor.getValue();
        FragmentRun right = runs.get(tsn + 1);
        FragmentRun run = insert(tsn, data, left, right);
        limit(run);
        if (run.isComplete()) {
            runs.remove(run.firstTsn());
            onComplete(run);
        }
    }

    /// The sender gave up everything up to here (RFC 3758 §3.6).
    void onForward(long newCumulative, List<SctpChunk.Skip> skips) {
        while (!runs.isEmpty() && runs.firstKey() <= newCumulative) {
            heldBytes -= runs.pollFirstEntry().getValue().heldBytes();
        }
        for (SctpChunk.Skip skip : skips) {
            OrderedStream stream =
                    streams.computeIfAbsent(skip.streamId(), _ -> new OrderedStream());
            long next = Serial.unwrap16(stream.nextSsn, skip.ssn()) + 1;
            skipTo(stream, next);
        }
    }

    /// RFC 6525 §5.2.2: the stream begins at SSN 0 again.
    void onReset(List<Integer> streamIds) {
        if (streamIds.isEmpty()) {
            streams.values().forEach(this::drop);
            streams.clear();
            return;
        }
        for (int id : streamIds) {
            OrderedStream stream = streams.remove(id);
            if (stream != null) {
                drop(stream);
            }
        }
    }

    private FragmentRun insert(
            long tsn, DataChunk data, @Nullable FragmentRun left, @Nullable FragmentRun right) {
        FragmentRun after = right != null && right.canPrepend(tsn, data) ? right : null;
        if (left != null && left.canAppend(tsn, data)) {
            heldBytes -= left.heldBytes();
            left.append(data);
            heldBytes += left.heldBytes();
            return after == null ? left : join(left, after);
        }
        if (after != null) {
            heldBytes -= after.heldBytes();
            runs.remove(after.firstTsn());
            after.prepend(data);
            runs.put(after.firstTsn(), after);
            heldBytes += after.heldBytes();
            return after;
        }
        FragmentRun run = new FragmentRun(tsn, data);
        runs.put(tsn, run);
        heldBytes += run.heldBytes();
        return run;
    }

    private FragmentRun join(FragmentRun left, FragmentRun right) {
        runs.remove(left.firstTsn());
        runs.remove(right.firstTsn());
        heldBytes -= left.heldBytes() + right.heldBytes();
        FragmentRun run = FragmentRun.join(left, right);
        heldBytes += run.heldBytes();
        runs.put(run.firstTsn(), run);
        return run;
    }

    /// Deviates from LiveKit: a message too large is lost alone, its channel lives on.
    private void limit(FragmentRun run) {
        if (run.payloadBytes() > maxMessageBytes && !run.isDiscarded()) {
            heldBytes -= run.heldBytes();
            run.discard();
        }
    }

    private void onComplete(FragmentRun run) {
        if (run.unordered()) {
            deliver(run);
            return;
        }
        OrderedStream stream = streams.computeIfAbsent(run.streamId(), _ -> new OrderedStream());
        long ssn = Serial.unwrap16(stream.nextSsn, run.ssn());
        if (ssn < stream.nextSsn || stream.waiting.containsKey(ssn)) {
            heldBytes -= run.heldBytes();
            return;
        }
        stream.waiting.put(ssn, run);
        skipTo(stream, stream.nextSsn);
    }

    /// Delivers what waits below `next`, and what follows from there without a gap.
    private void skipTo(OrderedStream stream, long next) {
        stream.nextSsn = Math.max(stream.nextSsn, next);
        while (!stream.waiting.isEmpty() && stream.waiting.firstKey() <= stream.nextSsn) {
            Map.Entry<Long, FragmentRun> entry = stream.waiting.pollFirstEntry();
            if (entry.getKey() == stream.nextSsn) {
                stream.nextSsn++;
            }
            deliver(entry.getValue());
        }
    }

    private void deliver(FragmentRun run) {
        heldBytes -= run.heldBytes();
        if (run.isDiscarded()) {
            oversizeMessages++;
            return;
        }
        sink.onMessage(run.streamId(), run.ppid(), run.toMessage());
    }

    private void drop(OrderedStream stream) {
        for (FragmentRun run : stream.waiting.values()) {
            heldBytes -= run.heldBytes();
        }
    }
}

package io.parley.chaos;

import java.util.BitSet;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// Which of the numbered reliable messages of the others reached one client, and what it sent
/// itself. Doubles by sequence are dropped first, as livekit-client drops them.
final class DataLog {
    /// What is missing or came twice of one sender's.
    record Count(int expected, int lost, int doubled) {
        Count plus(Count other) {
            return new Count(expected + other.expected, lost + other.lost, doubled + other.doubled);
        }
    }

    private static final class Received {
        private final BitSet numbers = new BitSet();
        private int first = -1;
        private int doubled;
    }

    private final Map<String, Integer> lastSequences = new ConcurrentHashMap<>();
    private final Map<String, Received> bySender = new ConcurrentHashMap<>();
    private final AtomicInteger repeats = new AtomicInteger();
    private volatile int sent;

    /// On the client's loop only.
    void onMessage(String senderSid, int sequence, String sender, int number) {
        if (sequence > 0) {
            Integer last = lastSequences.get(senderSid);
            if (last != null && sequence <= last) {
                repeats.incrementAndGet();
                return;
            }
            lastSequences.put(senderSid, sequence);
        }
        bySender.compute(
                sender,
                (_, known) -> {
                    Received received = known == null ? new Received() : known;
                    received.first = received.first < 0 ? number : received.first;
                    received.doubled += received.numbers.get(number) ? 1 : 0;
                    received.numbers.set(number);
                    return received;
                });
    }

    int lastSequence(String senderSid) {
        return lastSequences.getOrDefault(senderSid, 0);
    }

    Map<String, Integer> lastSequences() {
        return Map.copyOf(lastSequences);
    }

    void onSent(int number) {
        sent = number + 1;
    }

    int sent() {
        return sent;
    }

    /// Messages that came again with a sequence already seen, and went no further.
    int repeats() {
        return repeats.get();
    }

    /// From the first message of that sender that came to its number `end`.
    Count count(String sender, int end) {
        Count[] counted = {new Count(0, 0, 0)};
        bySender.computeIfPresent(
                sender,
                (_, received) -> {
                    int expected = Math.max(0, end - received.first);
                    int came =
                            received.numbers
                                    .get(received.first, Math.max(received.first, end))
                                    .cardinality();
                    counted[0] = new Count(expected, expected - came, received.doubled);
                    return received;
                });
        return counted[0];
    }
}

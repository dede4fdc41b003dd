package io.parley.webrtc.sctp;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// The chunks between the peer's cumulative TSN and the last one sent, as a ring indexed by TSN.
/// Owned by its Sender.
final class Outstanding {
    private static final int LOST_REPORTS = 3;

    /// Keeps a FORWARD-TSN in one packet; the rest follows in the next.
    private static final int MAX_SKIPS = 100;

    private final SendQueue queue;
    private final int mtuBytes;
    private final boolean partialReliability;
    private final ArrayDeque<OutChunk> lost = new ArrayDeque<>();
    private @Nullable OutChunk[] ring = new OutChunk[64];
    private long firstTsn;
    private int size;
    private long inFlightWireBytes;
    private long inFlightBytes;
    private long packetsSent;

    // What the last SACK did.
    private long ackedWireBytes;
    private long newestAckedOrder;
    private long rttSampleNs;
    private boolean foundLoss;

    private boolean abandonedAny;

    /// @param partialReliability false if the peer knows no FORWARD-TSN: then nothing is given up
    Outstanding(SendQueue queue, int mtuBytes, long firstTsn, boolean partialReliability) {
        this.queue = queue;
        this.mtuBytes = mtuBytes;
        this.partialReliability = partialReliability;
        this.firstTsn = firstTsn;
    }

    /// The next TSN to give out.
    long nextTsn() {
        return firstTsn + size;
    }

    long cumulativeTsn() {
        return firstTsn - 1;
    }

    boolean isEmpty() {
        return size == 0;
    }

    long inFlightWireBytes() {
        return inFlightWireBytes;
    }

    long inFlightBytes() {
        return inFlightBytes;
    }

    long ackedWireBytes() {
        return ackedWireBytes;
    }

    /// A clean round trip seen by the last SACK, or -1.
    long rttSampleNs() {
        return rttSampleNs;
    }

    boolean foundLoss() {
        return foundLoss;
    }

    /// What is added or sent again from here on shares a packet.
    void beginPacket() {
        packetsSent++;
    }

    /// Takes up a chunk with TSN [#nextTsn], being sent now.
    void add(long nowNs, OutChunk chunk) {
        append(chunk);
        onSent(nowNs, chunk);
    }

    /// A TSN never sent, so that a FORWARD-TSN can pass over a message cut short whose sent
    /// fragments are all acknowledged: the receiver must learn that the rest will not come.
    private void addPlaceholder(OutMessage message) {
        OutChunk chunk = message.take(nextTsn(), 0);
        chunk.state = OutChunk.State.ABANDONED;
        chunk.released = true;
        append(chunk);
    }

    /// The next chunk to send again, or null.
    @Nullable OutChunk nextLost(long nowNs) {
        while (true) {
            OutChunk chunk = lost.peekFirst();
            if (chunk == null) {
                return null;
            }
            if (chunk.state == OutChunk.State.LOST && chunk.tsn() >= firstTsn) {
                if (!isSpent(nowNs, chunk)) {
                    return chunk;
                }
                abandon(chunk);
            }
            lost.removeFirst();
        }
    }

    /// The chunk that [#nextLost] answered is on its way again.
    void onResent(long nowNs, OutChunk chunk) {
        lost.removeFirst();
        chunk.state = OutChunk.State.IN_FLIGHT;
        chunk.missingReports = 0;
        onSent(nowNs, chunk);
    }

    /// Takes a SACK whose cumulative TSN is not behind ours (RFC 9260 §6.2.1).
    void onSack(long nowNs, long cumulative, SackChunk sack, boolean recovering) {
        ackedWireBytes = 0;
        newestAckedOrder = 0;
        rttSampleNs = -1;
        foundLoss = false;
        boolean advanced = cumulative >= firstTsn;
        while (size > 0 && firstTsn <= cumulative) {
            acked(nowNs, at(firstTsn));
            ring[slot(firstTsn, ring)] = null;
            firstTsn++;
            size--;
        }
        long highest = onGaps(nowNs, cumulative, sack);
        countMissing(nowNs, highest, recovering && advanced);
        if (size > 0 && at(firstTsn).state == OutChunk.State.ACKED) {
            onReneged();
        }
    }

    /// T3: everything not acknowledged is thought lost (RFC 9260 §6.3.3 E3).
    void onTimeout(long nowNs) {
        for (long tsn = firstTsn; tsn < nextTsn(); tsn++) {
            OutChunk chunk = at(tsn);
            if (chunk.state == OutChunk.State.IN_FLIGHT) {
                markLost(nowNs, chunk);
            }
        }
    }

    /// Gives up the message of a chunk: all its TSNs may be skipped (RFC 3758 §3.5 A3).
    void abandon(OutChunk chunk) {
        OutMessage message = chunk.message();
        for (long tsn = chunk.tsn(); tsn >= firstTsn && at(tsn).message() == message; tsn--) {
            abandonOne(at(tsn));
        }
        for (long tsn = chunk.tsn() + 1; tsn < nextTsn() && at(tsn).message() == message; tsn++) {
            abandonOne(at(tsn));
        }
        dropRest(message);
    }

    /// Gives up a message that began but whose rest is still in the queue.
    void abandonBegun(OutMessage message) {
        OutChunk last = size == 0 ? null : at(nextTsn() - 1);
        if (last != null && last.message() == message) {
            abandon(last);
            return;
        }
        dropRest(message);
    }

    /// The FORWARD-TSN over the abandoned chunks at the head, or null (RFC 3758 §3.5).
    SctpChunk.@Nullable ForwardTsn forwardTsn() {
        long tsn = firstTsn;
        Map<Integer, Integer> lastSkipped = new HashMap<>();
        while (tsn < nextTsn() && at(tsn).state == OutChunk.State.ABANDONED) {
            OutMessage message = at(tsn).message();
            if (!message.unordered()) {
                if (lastSkipped.size() == MAX_SKIPS
                        && !lastSkipped.containsKey(message.streamId())) {
                    break;
                }
                lastSkipped.put(message.streamId(), message.ssn());
            }
            tsn++;
        }
        if (tsn == firstTsn) {
            return null;
        }
        List<SctpChunk.Skip> skips = new ArrayList<>(lastSkipped.size());
        lastSkipped.forEach((streamId, ssn) -> skips.add(new SctpChunk.Skip(streamId, ssn)));
        return new SctpChunk.ForwardTsn((int) (tsn - 1), skips);
    }

    /// True once after something was given up.
    boolean takeAbandonedAny() {
        boolean any = abandonedAny;
        abandonedAny = false;
        return any;
    }

    boolean isHeadAbandoned() {
        return size > 0 && at(firstTsn).state == OutChunk.State.ABANDONED;
    }

    /// True if the rest of a message that began need not be sent.
    boolean isSpent(long nowNs, OutMessage message) {
        return partialReliability && message.isSpent(nowNs, 0);
    }

    /// Nothing of this will be sent again: after a restart.
    void releaseAll() {
        for (long tsn = firstTsn; tsn < nextTsn(); tsn++) {
            queue.release(at(tsn));
        }
    }

    private void dropRest(OutMessage message) {
        if (!message.isAbandoned() && queue.dropRest(message)) {
            addPlaceholder(message);
        }
        message.abandon();
        abandonedAny = true;
    }

    private void append(OutChunk chunk) {
        if (size == ring.length) {
            grow();
        }
        ring[slot(chunk.tsn(), ring)] = chunk;
        size++;
    }

    private void grow() {
        @Nullable OutChunk[] larger = new OutChunk[ring.length * 2];
        for (long tsn = firstTsn; tsn < nextTsn(); tsn++) {
            larger[slot(tsn, larger)] = ring[slot(tsn, ring)];
        }
        ring = larger;
    }

    private OutChunk at(long tsn) {
        return Objects.requireNonNull(ring[slot(tsn, ring)]);
    }

    private static int slot(long tsn, @Nullable OutChunk[] ring) {
        return (int) tsn & (ring.length - 1);
    }

    private void onSent(long nowNs, OutChunk chunk) {
        chunk.transmissions++;
        chunk.sendOrder = packetsSent;
        chunk.sentNs = nowNs;
        inFlightWireBytes += chunk.wireBytes();
        inFlightBytes += chunk.length();
    }

    private void acked(long nowNs, OutChunk chunk) {
        OutChunk.State before = chunk.state;
        if (before == OutChunk.State.ACKED || before == OutChunk.State.ABANDONED) {
            return;
        }
        if (before == OutChunk.State.IN_FLIGHT) {
            leaveFlight(chunk);
        }
        chunk.state = OutChunk.State.ACKED;
        ackedWireBytes += chunk.wireBytes();
        // Karn's rule: only what was sent once tells the time, and the order.
        if (chunk.transmissions == 1 && chunk.sendOrder > newestAckedOrder) {
            newestAckedOrder = chunk.sendOrder;
            rttSampleNs = nowNs - chunk.sentNs;
        }
        queue.release(chunk);
    }

    private long onGaps(long nowNs, long cumulative, SackChunk sack) {
        long highest = cumulative;
        for (int i = 0; i < sack.gapCount(); i++) {
            long from = Math.max(firstTsn, cumulative + sack.gapFirst(i));
            long to = Math.min(nextTsn() - 1, cumulative + sack.gapLast(i));
            for (long tsn = from; tsn <= to; tsn++) {
                acked(nowNs, at(tsn));
            }
            highest = Math.max(highest, to);
        }
        return highest;
    }

    /// RFC 9260 §7.2.4, by order of sending instead of by TSN.
    private void countMissing(long nowNs, long highest, boolean countAll) {
        if (newestAckedOrder == 0 && !countAll) {
            return;
        }
        long end = Math.min(highest, nextTsn());
        for (long tsn = firstTsn; tsn < end; tsn++) {
            OutChunk chunk = at(tsn);
            boolean overtaken = chunk.sendOrder < newestAckedOrder;
            boolean counts = overtaken || (countAll && chunk.transmissions == 1);
            if (chunk.state != OutChunk.State.IN_FLIGHT || !counts) {
                continue;
            }
            chunk.missingReports++;
            if (isLost(chunk)) {
                foundLoss = true;
                markLost(nowNs, chunk);
            }
        }
    }

    /// Three reports, or three later packets known to have arrived (a SACK may be lost too). With
    /// few packets in flight three can never be, so fewer do (RFC 5827), but not where "lost" means
    /// given up: it may only be late.
    private boolean isLost(OutChunk chunk) {
        long later = Math.max(chunk.missingReports, newestAckedOrder - chunk.sendOrder);
        long inFlightPackets = inFlightWireBytes / mtuBytes + 1;
        boolean isLimited = chunk.message().isLimited();
        long enough = isLimited ? LOST_REPORTS : Math.min(LOST_REPORTS, inFlightPackets);
        return later >= enough;
    }

    private void markLost(long nowNs, OutChunk chunk) {
        leaveFlight(chunk);
        chunk.state = OutChunk.State.LOST;
        if (isSpent(nowNs, chunk)) {
            abandon(chunk);
        } else {
            lost.addLast(chunk);
        }
    }

    /// A receiver never reports the TSN after its cumulative one: it dropped what it had reported.
    private void onReneged() {
        for (long tsn = firstTsn; tsn < nextTsn(); tsn++) {
            OutChunk chunk = at(tsn);
            if (chunk.state == OutChunk.State.ACKED) {
                chunk.state = OutChunk.State.LOST;
                lost.addLast(chunk);
            }
        }
    }

    private boolean isSpent(long nowNs, OutChunk chunk) {
        return partialReliability && chunk.message().isSpent(nowNs, chunk.transmissions);
    }

    private void abandonOne(OutChunk chunk) {
        if (chunk.state == OutChunk.State.IN_FLIGHT) {
            leaveFlight(chunk);
        }
        chunk.state = OutChunk.State.ABANDONED;
        queue.release(chunk);
    }

    private void leaveFlight(OutChunk chunk) {
        inFlightWireBytes -= chunk.wireBytes();
        inFlightBytes -= chunk.length();
    }
}

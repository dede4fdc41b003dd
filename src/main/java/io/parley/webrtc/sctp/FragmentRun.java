package io.parley.webrtc.sctp;

import java.util.ArrayDeque;

/// Fragments with consecutive TSNs of one message. Owned by its Reassembly.
final class FragmentRun {
    /// What a kept fragment costs besides its bytes; keeps a flood of tiny ones within the window.
    static final int OVERHEAD_BYTES = 64;

    private final int streamId;
    private final int ssn;
    private final boolean unordered;
    private final ArrayDeque<byte[]> parts = new ArrayDeque<>(2);
    private long firstTsn;
    private long lastTsn;
    private boolean hasBegin;
    private boolean hasEnd;
    private int ppid;
    private int payloadBytes;
    private int heldBytes;
    private boolean discarded;

    FragmentRun(long tsn, DataChunk data) {
        this.streamId = data.streamId();
        this.ssn = data.ssn();
        this.unordered = data.unordered();
        this.firstTsn = tsn;
        this.lastTsn = tsn;
        this.hasBegin = data.begin();
        this.hasEnd = data.end();
        this.ppid = data.ppid();
        parts.add(data.payload());
        count(data);
    }

    int streamId() {
        return streamId;
    }

    int ssn() {
        return ssn;
    }

    boolean unordered() {
        return unordered;
    }

    int ppid() {
        return ppid;
    }

    long firstTsn() {
        return firstTsn;
    }

    long lastTsn() {
        return lastTsn;
    }

    int heldBytes() {
        return heldBytes;
    }

    int payloadBytes() {
        return payloadBytes;
    }

    boolean isComplete() {
        return hasBegin && hasEnd;
    }

    boolean isDiscarded() {
        return discarded;
    }

    boolean canAppend(long tsn, DataChunk data) {
        return lastTsn == tsn - 1 && !hasEnd && !data.begin() && isSameMessage(data);
    }

    boolean canPrepend(long tsn, DataChunk data) {
        return firstTsn == tsn + 1 && !hasBegin && !data.end() && isSameMessage(data);
    }

    void append(DataChunk data) {
        lastTsn++;
        hasEnd = data.end();
        parts.addLast(data.payload());
        count(data);
    }

    void prepend(DataChunk data) {
        firstTsn--;
        hasBegin = data.begin();
        ppid = data.ppid();
        parts.addFirst(data.payload());
        count(data);
    }

    /// Joins two runs that touch; moves the fewer fragments.
    static FragmentRun join(FragmentRun left, FragmentRun right) {
        if (left.parts.size() >= right.parts.size()) {
            left.parts.addAll(right.parts);
            left.lastTsn = right.lastTsn;
            left.hasEnd = right.hasEnd;
            left.addCounts(right);
            return left;
        }
        while (!left.parts.isEmpty()) {
            right.parts.addFirst(left.parts.removeLast());
        }
        right.firstTsn = left.firstTsn;
        right.hasBegin = left.hasBegin;
        right.ppid = left.ppid;
        right.addCounts(left);
        return right;
    }

    /// Too large: only the TSNs are still of interest, to know where the message ends.
    void discard() {
        discarded = true;
        parts.clear();
        heldBytes = 0;
    }

    byte[] toMessage() {
        if (parts.size() == 1) {
            return parts.getFirst();
        }
        byte[] whole = new byte[payloadBytes];
        int position = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, whole, position, part.length);
            position += part.length;
        }
        return whole;
    }

    private boolean isSameMessage(DataChunk data) {
        return data.streamId() == streamId
                && data.unordered() == unordered
                && (unordered || data.ssn() == ssn);
    }

    private void count(DataChunk data) {
        payloadBytes = saturated(payloadBytes, data.payload().length);
        if (discarded) {
            parts.clear();
            return;
        }
        heldBytes += data.payload().length + OVERHEAD_BYTES;
    }

    private void addCounts(FragmentRun other) {
        payloadBytes = saturated(payloadBytes, other.payloadBytes);
        heldBytes += other.heldBytes;
        if (discarded || other.discarded) {
            discard();
        }
    }

    /// A discarded message may go on for ever.
    private static int saturated(int a, int b) {
        return (int) Math.min(Integer.MAX_VALUE, (long) a + b);
    }
}

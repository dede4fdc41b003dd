package io.parley.sfu.forward;

import io.parley.webrtc.codec.RedPayload;

/// Turns redundant audio (RFC 2198) into plain packets: the primary of each, and lost ones before
/// it out of the redundancy (media.md §4.10). Owned by its Forwarder.
final class RedBlocks {
    private static final int MAX_RECOVERED = 2;
    private static final int WINDOW = 64;

    private final RedPayload red = new RedPayload();
    private long highest = -1;
    private long seen;

    boolean parse(byte[] b, int offset, int length) {
        return red.parse(b, offset, length);
    }

    /// How many packets directly before this one are lost and within.
    int recoverable(long seq) {
        if (highest < 0) {
            return 0;
        }
        long missing = seq - highest - 1;
        return Math.clamp(missing, 0, Math.min(MAX_RECOVERED, red.redundantCount()));
    }

    int timestampOffset(int back) {
        return red.timestampOffset(red.redundantCount() - back);
    }

    int offset(int back) {
        return red.offset(red.redundantCount() - back);
    }

    int length(int back) {
        return red.length(red.redundantCount() - back);
    }

    int primaryOffset() {
        return red.primaryOffset();
    }

    int primaryLength() {
        return red.primaryLength();
    }

    /// Answers false when that packet was forwarded before, whole or recovered.
    boolean take(long seq) {
        if (seq > highest) {
            long ahead = seq - highest;
            seen = highest < 0 || ahead >= WINDOW ? 1 : (seen << ahead) | 1;
            highest = seq;
            return true;
        }
        long behind = highest - seq;
        if (behind >= WINDOW || ((seen >>> behind) & 1) != 0) {
            return false;
        }
        seen |= 1L << behind;
        return true;
    }

    void reset() {
        highest = -1;
        seen = 0;
    }
}

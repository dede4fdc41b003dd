package io.parley.webrtc.sctp;

/// One timer, asked and not called.
final class Deadline {
    static final long NEVER = Long.MAX_VALUE;

    private long dueNs = NEVER;

    void arm(long atNs) {
        dueNs = atNs;
    }

    void clear() {
        dueNs = NEVER;
    }

    boolean isArmed() {
        return dueNs != NEVER;
    }

    boolean isDue(long nowNs) {
        return dueNs != NEVER && dueNs <= nowNs;
    }

    long dueNs() {
        return dueNs;
    }
}

package io.parley.webrtc.sctp;

/// Slow start, congestion avoidance and fast recovery (RFC 9260 §7.2). Owned by its Sender.
final class CongestionWindow {
    private static final int INITIAL_MTUS = 10;
    private static final int MIN_MTUS = 4;

    private final int mtuBytes;
    private long windowBytes;
    private long thresholdBytes;
    private long partialBytes;
    private long recoveryExitTsn = -1;

    CongestionWindow(int mtuBytes, long peerWindowBytes) {
        this.mtuBytes = mtuBytes;
        this.windowBytes = (long) INITIAL_MTUS * mtuBytes;
        this.thresholdBytes = Math.max(peerWindowBytes, windowBytes);
    }

    long windowBytes() {
        return windowBytes;
    }

    boolean isRecovering() {
        return recoveryExitTsn >= 0;
    }

    /// @param inFlightBefore bytes in flight before the SACK: an unused window does not grow
    void onAcked(long cumulativeTsn, long ackedBytes, long inFlightBefore) {
        if (isRecovering() && cumulativeTsn >= recoveryExitTsn) {
            recoveryExitTsn = -1;
        }
        if (isRecovering() || inFlightBefore + mtuBytes < windowBytes) {
            return;
        }
        if (windowBytes <= thresholdBytes) {
            windowBytes += Math.min(ackedBytes, 2L * mtuBytes);
            return;
        }
        partialBytes += ackedBytes;
        if (partialBytes >= windowBytes) {
            partialBytes -= windowBytes;
            windowBytes += mtuBytes;
        }
    }

    /// Answers true if this loss began a recovery (RFC 9260 §7.2.4).
    boolean onFastRetransmit(long highestSentTsn) {
        if (isRecovering()) {
            return false;
        }
        recoveryExitTsn = highestSentTsn;
        thresholdBytes = Math.max(windowBytes / 2, (long) MIN_MTUS * mtuBytes);
        windowBytes = thresholdBytes;
        partialBytes = 0;
        return true;
    }

    void onTimeout() {
        thresholdBytes = Math.max(windowBytes / 2, (long) MIN_MTUS * mtuBytes);
        windowBytes = mtuBytes;
        partialBytes = 0;
        recoveryExitTsn = -1;
    }
}

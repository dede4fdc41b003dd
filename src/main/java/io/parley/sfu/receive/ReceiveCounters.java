package io.parley.sfu.receive;

/// Loss and jitter of one SSRC (RFC 3550 §6.4.1, §A.3, §A.8). Owned by its ReceiveStream.
public final class ReceiveCounters {
    private static final long MAX_CUMULATIVE_LOSS = 0x7FFFFF;

    private final long clockRate;

    private long expectedBefore;
    private long base = -1;
    private long highest;
    private long received;
    private long bytes;
    private long lastTransit;
    private double jitterUnits;

    private long reportedExpected;
    private long reportedReceived;
    private long windowExpected;
    private long windowReceived;
    private long windowBytes;

    public ReceiveCounters(int clockRate) {
        this.clockRate = clockRate;
    }

    /// A packet that is no duplicate. `inOrder` says that it was not repaired or overtaken, so that
    /// its arrival tells of jitter.
    public void onPacket(long nowNs, long seq, int timestamp, int sizeBytes, boolean inOrder) {
        received++;
        bytes += sizeBytes;
        if (base < 0) {
            base = seq;
            highest = seq;
        }
        base = Math.min(base, seq);
        highest = Math.max(highest, seq);
        if (inOrder) {
            onTransit(nowNs, timestamp);
        }
    }

    /// The numbers begin anew; what was lost stays lost.
    public void onRestart() {
        expectedBefore = expected();
        base = -1;
        lastTransit = 0;
    }

    public long packets() {
        return received;
    }

    public long bytes() {
        return bytes;
    }

    /// Packets lost so far, within what the wire can say.
    public int cumulativeLost() {
        return (int) Math.clamp(expected() - received, 0, MAX_CUMULATIVE_LOSS);
    }

    public int jitterUnits() {
        return (int) jitterUnits;
    }

    public double jitterMs() {
        return jitterUnits * 1000 / clockRate;
    }

    /// The fraction lost since the last report in 1/256, and a new window begins.
    public int takeFractionLost() {
        long expected = expected() - reportedExpected;
        long lost = expected - (received - reportedReceived);
        reportedExpected = expected();
        reportedReceived = received;
        return expected <= 0 || lost <= 0 ? 0 : (int) Math.min(255, (lost << 8) / expected);
    }

    /// Packets since the last `closeWindow`.
    public long windowPackets() {
        return received - windowReceived;
    }

    public long windowLost() {
        return Math.max(0, expected() - windowExpected - windowPackets());
    }

    public long windowBytes() {
        return bytes - windowBytes;
    }

    public void closeWindow() {
        windowExpected = expected();
        windowReceived = received;
        windowBytes = bytes;
    }

    private long expected() {
        return expectedBefore + (base < 0 ? 0 : highest - base + 1);
    }

    private void onTransit(long nowNs, int timestamp) {
        long transit = arrivalUnits(nowNs) - timestamp;
        int difference = (int) (transit - lastTransit);
        boolean first = lastTransit == 0;
        lastTransit = transit;
        if (!first && Math.abs((long) difference) < clockRate * 10) {
            jitterUnits += (Math.abs((double) difference) - jitterUnits) / 16;
        }
    }

    private long arrivalUnits(long nowNs) {
        return nowNs / 1_000_000 * clockRate / 1000 + nowNs % 1_000_000 * clockRate / 1_000_000_000;
    }
}

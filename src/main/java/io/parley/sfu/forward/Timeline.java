package io.parley.sfu.forward;

import io.parley.sfu.receive.SenderReport;
import org.jspecify.annotations.Nullable;

/// Puts the timestamps of all layers on one line that never runs back (media.md §4.4). The first
/// layer forwarded is the reference: other layers are mapped to it through both sender reports.
/// Owned by its Forwarder.
///
/// Deviates: without both reports, or when they lead more than 2 s astray, the time since the last
/// packet is used, so that a switch is never refused.
final class Timeline {
    private static final int NONE = -1;
    private static final long MAX_ASTRAY_SECONDS = 2;

    private boolean started;
    private int referenceLayer = NONE;
    private int referenceOffset;
    private int offset;
    private int last;
    private long lastAtNs;

    /// Begins before any source does.
    void startAt(long nowNs, int timestamp) {
        started = true;
        last = timestamp;
        lastAtNs = nowNs;
    }

    /// A packet of that layer is next although the one before it was not sent.
    void begin(long nowNs, int layer, int timestamp, int clockRate, @Nullable Reports reports) {
        if (!started) {
            started = true;
            referenceLayer = layer;
            last = timestamp - 1;
            lastAtNs = nowNs;
            return;
        }
        int expected = expected(nowNs, clockRate);
        boolean same = layer == referenceLayer;
        boolean mappable = same || (referenceLayer != NONE && reports != null && reports.known());
        int mapped = expected;
        if (same) {
            mapped = timestamp - referenceOffset;
        } else if (mappable && reports != null) {
            mapped = reports.translate(timestamp, clockRate) - referenceOffset;
        }
        boolean astray = Math.abs((long) (mapped - expected)) > MAX_ASTRAY_SECONDS * clockRate;
        int chosen = astray ? expected : mapped;
        if (chosen - last <= 0) {
            chosen = last + 1;
        }
        offset = timestamp - chosen;
        if (referenceLayer == NONE || (same && astray)) {
            referenceLayer = layer;
            referenceOffset = offset;
        }
    }

    /// The timestamp that the subscriber sees.
    int map(int timestamp) {
        return timestamp - offset;
    }

    /// The timestamp of what is sent so long after the last packet.
    int after(int units) {
        return last + units;
    }

    /// The timestamp of what no source sent, now.
    int next(long nowNs, int clockRate) {
        return Math.max(expected(nowNs, clockRate) - last, 1) + last;
    }

    private int expected(long nowNs, int clockRate) {
        return last + (int) ((nowNs - lastAtNs) * (double) clockRate / 1e9);
    }

    void onSent(long nowNs, int mapped) {
        lastAtNs = nowNs;
        if (mapped - last > 0) {
            last = mapped;
        }
    }

    /// Other timestamps altogether are to come.
    void loseReference() {
        referenceLayer = NONE;
    }

    int referenceLayer() {
        return referenceLayer;
    }

    /// The sender reports of the layer to come and of the reference.
    record Reports(SenderReport layer, SenderReport reference) {
        boolean known() {
            return layer.isKnown() && reference.isKnown();
        }

        int translate(int timestamp, int clockRate) {
            return layer.translate(timestamp, reference, clockRate);
        }
    }
}

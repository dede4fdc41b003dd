package io.parley.sfu.receive;

/// Keeps the key frame requests of one publisher's layers apart. libwebrtc makes key frames of all
/// layers for a request of any, and ignores requests that come within 300 ms of one it heard: one
/// sent too early is lost, and a second before the answer can be here costs a second key frame.
/// Owned by its Source.
final class RequestSpacing {
    private static final long MIN_NS = 300_000_000L;
    private static final long MAX_NS = 1_000_000_000L;
    private static final long ENCODING_NS = 150_000_000L;

    private long freeAtNs;

    void onSent(long nowNs, long rttNs) {
        freeAtNs = nowNs + Math.clamp(rttNs + ENCODING_NS, MIN_NS, MAX_NS);
    }

    /// Before then no request may leave.
    long freeAtNs() {
        return freeAtNs;
    }
}

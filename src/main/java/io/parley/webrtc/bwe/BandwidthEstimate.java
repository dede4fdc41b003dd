package io.parley.webrtc.bwe;

/// What a path is believed to carry, and since when. The allocator needs no more of any estimator.
public record BandwidthEstimate(long atNs, long bitrateBps) {
    public BandwidthEstimate {
        if (bitrateBps < 0) {
            throw new IllegalArgumentException("negative bitrate");
        }
    }
}

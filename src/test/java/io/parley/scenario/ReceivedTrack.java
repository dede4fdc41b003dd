package io.parley.scenario;

import io.parley.sim.CheckedVideo;
import org.jspecify.annotations.Nullable;

/// One subscribed track as the client sees it. Written on its transport's thread, read on any.
public final class ReceivedTrack {
    final String mid;
    final String streamId;
    final String trackSid;
    final int ssrc;
    final int rtxSsrc;
    final @Nullable CheckedVideo video;

    private volatile int packets;
    private volatile int frames;
    private volatile int layer = -1;
    private volatile String broken = "";

    ReceivedTrack(
            String mid,
            String streamId,
            String trackSid,
            int ssrc,
            int rtxSsrc,
            @Nullable CheckedVideo video) {
        this.mid = mid;
        this.streamId = streamId;
        this.trackSid = trackSid;
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
        this.video = video;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    void onRtp(long nowNs, byte[] packet, int length) {
        packets++;
        if (video == null) {
            return;
        }
        try {
            video.onRtp(nowNs, packet, length);
        } catch (AssertionError e) {
            broken = String.valueOf(e.getMessage());
        }
        frames = video.frames();
        layer = video.layer();
    }

    /// The stream's id; LiveKit's begins with the SID of its participant.
    public String streamId() {
        return streamId;
    }

    public String trackSid() {
        return trackSid;
    }

    public int packets() {
        return packets;
    }

    public int frames() {
        return frames;
    }

    public int layer() {
        return layer;
    }

    /// What was wrong with the stream; empty if nothing was.
    public String broken() {
        return broken;
    }

    @Override
    public String toString() {
        return "%s mid=%s ssrc=%d rtx=%d packets=%d frames=%d layer=%d broken=%s"
                .formatted(trackSid, mid, ssrc, rtxSsrc, packets, frames, layer, broken);
    }
}

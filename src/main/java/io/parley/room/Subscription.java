package io.parley.room;

import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.SendId;
import livekit.LivekitModels.VideoQuality;
import livekit.LivekitRtc.UpdateTrackSettings;
import org.jspecify.annotations.Nullable;

/// One participant's wish for one track, and what has become of it (signal.md §5.6).
///
/// | state | meaning |
/// |---|---|
/// | wished, not active | waits for the track, a permission, a free place |
/// | active, not bound | asked for in SDP |
/// | active, bound | negotiated: media flows |
final class Subscription {
    final String trackSid;
    boolean wished;
    long wishedAtNs;
    boolean failureTold;
    int codecIndex;
    @Nullable Boolean allowedTold;
    long allowedToldNs;
    @Nullable Active active;

    /// The track whose publisher was asked for a codec that has not come yet.
    @Nullable Track asked;

    @Nullable UpdateTrackSettings settings;
    Timers.@Nullable Timer settling;

    Subscription(String trackSid) {
        this.trackSid = trackSid;
    }

    /// Being forwarded.
    static final class Active {
        final SendId id;
        final Track track;
        final Track.Encoding encoding;
        final long sinceNs;
        boolean bound;

        Active(SendId id, Track.Encoding encoding, long sinceNs) {
            this.id = id;
            this.track = encoding.track;
            this.encoding = encoding;
            this.sinceNs = sinceNs;
        }

        String mime() {
            return track.mimeOf(encoding);
        }
    }

    /// An adaptive client says again what it sees: nothing that it said of an earlier section holds
    /// (media.md §6.1).
    void onBound(boolean adaptiveStream) {
        if (adaptiveStream && settings != null && settings.getDisabled()) {
            settings = settings.toBuilder().setDisabled(false).build();
        }
    }

    boolean isBySize() {
        return settings != null && settings.getWidth() > 0;
    }

    boolean isDisabled() {
        return settings != null && settings.getDisabled();
    }

    /// Which quality of the track is wanted now; an adaptive stream starts small, a voice has one.
    VideoQuality quality(Active of, boolean adaptiveStream) {
        var told = settings;
        if (!of.track.isVideo()) {
            return isDisabled() ? VideoQuality.OFF : VideoQuality.HIGH;
        }
        if (told == null) {
            return adaptiveStream ? VideoQuality.LOW : VideoQuality.HIGH;
        }
        if (told.getDisabled()) {
            return VideoQuality.OFF;
        }
        if (told.getWidth() > 0) {
            var layers = of.track.sizedLayersOf(of.encoding);
            return VideoLayers.qualityForSize(told.getWidth(), told.getHeight(), layers);
        }
        // A quality that is newer than we are is taken for the best.
        return told.getQuality() == VideoQuality.UNRECOGNIZED
                ? VideoQuality.HIGH
                : told.getQuality();
    }

    LayerWish layerWish(Active of, boolean adaptiveStream) {
        if (!of.track.isVideo()) {
            return isDisabled() ? LayerWish.NOTHING : LayerWish.ALL;
        }
        var quality = quality(of, adaptiveStream);
        if (quality == VideoQuality.OFF) {
            return LayerWish.NOTHING;
        }
        int spatial = VideoLayers.spatialOf(quality, of.track.layersOf(of.encoding));
        int fps = settings == null ? 0 : settings.getFps();
        return new LayerWish(false, spatial, VideoLayers.temporalFor(fps));
    }
}

package io.parley.room;

import io.parley.webrtc.ortc.LayerWish;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;

/// Between qualities, sizes and spatial layers (media.md §3.7, §6.1). Pure functions.
final class VideoLayers {
    /// A layer a little smaller than wished is good enough.
    private static final double TOLERANCE = 0.9;

    private static final int THIRD_OF_FULL = 180;
    private static final int HALF_OF_FULL = 360;

    /// Frame rates that the lower two of three temporal layers have, of a 30 fps track. Deviates:
    /// LiveKit measures them.
    private static final double[] TEMPORAL_FPS = {7.5, 15};

    private VideoLayers() {}

    /// The spatial layer that carries a quality, given which qualities were announced.
    static int spatialOf(VideoQuality quality, List<VideoLayer> layers) {
        boolean low = has(layers, VideoQuality.LOW);
        boolean medium = has(layers, VideoQuality.MEDIUM);
        boolean high = has(layers, VideoQuality.HIGH);
        int count = (low ? 1 : 0) + (medium ? 1 : 0) + (high ? 1 : 0);
        int top = count == 0 ? LayerWish.TOP_SPATIAL : count - 1;
        return switch (quality) {
            case LOW, OFF, UNRECOGNIZED -> 0;
            case MEDIUM -> Math.min(top, !low && medium ? 0 : 1);
            case HIGH -> top;
        };
    }

    /// The quality that a spatial layer carries.
    static VideoQuality qualityOf(int spatial, List<VideoLayer> layers) {
        var present = new ArrayList<VideoQuality>();
        for (var quality : List.of(VideoQuality.LOW, VideoQuality.MEDIUM, VideoQuality.HIGH)) {
            if (layers.isEmpty() || has(layers, quality)) {
                present.add(quality);
            }
        }
        if (present.isEmpty()) {
            return VideoQuality.HIGH;
        }
        return present.get(Math.clamp(spatial, 0, present.size() - 1));
    }

    /// The smallest quality that fills a picture of this size.
    static VideoQuality qualityForSize(int width, int height, List<VideoLayer> layers) {
        boolean portrait = !layers.isEmpty() && isPortrait(layers.getLast());
        double wished = (portrait ? width : height) * TOLERANCE;
        var sizes = sizes(layers, portrait);
        for (int i = 0; i < sizes.size(); i++) {
            boolean sameAsNext = i + 1 < sizes.size() && sizes.get(i + 1).equals(sizes.get(i));
            if (sizes.get(i) >= wished && !sameAsNext) {
                return qualityOf(i, layers);
            }
        }
        return VideoQuality.HIGH;
    }

    /// How many temporal layers a frame rate needs; 0 means that no rate was asked for.
    static int temporalFor(int fps) {
        for (int i = 0; fps > 0 && i < TEMPORAL_FPS.length; i++) {
            if (TEMPORAL_FPS[i] >= fps * TOLERANCE) {
                return i;
            }
        }
        return LayerWish.TOP_TEMPORAL;
    }

    private static List<Integer> sizes(List<VideoLayer> layers, boolean portrait) {
        var sizes = new ArrayList<Integer>();
        for (var layer : layers) {
            int size = portrait ? layer.getWidth() : layer.getHeight();
            if (size > 0) {
                sizes.add(size);
            }
        }
        if (sizes.isEmpty()) {
            sizes.addAll(List.of(THIRD_OF_FULL, HALF_OF_FULL));
        }
        sizes.sort(Comparator.naturalOrder());
        return sizes;
    }

    private static boolean isPortrait(VideoLayer layer) {
        return layer.getHeight() > layer.getWidth() && layer.getWidth() > 0;
    }

    private static boolean has(List<VideoLayer> layers, VideoQuality quality) {
        return layers.stream().anyMatch(layer -> layer.getQuality() == quality);
    }
}

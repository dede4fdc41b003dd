package io.parley.room;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitModels.VideoQuality;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VideoLayersTest {
    private static List<VideoLayer> layers(String qualities) {
        var layers = new ArrayList<VideoLayer>();
        for (int i = 0; i < qualities.length(); i++) {
            var quality =
                    switch (qualities.charAt(i)) {
                        case 'L' -> VideoQuality.LOW;
                        case 'M' -> VideoQuality.MEDIUM;
                        default -> VideoQuality.HIGH;
                    };
            int height = 180 << quality.getNumber();
            layers.add(
                    VideoLayer.newBuilder()
                            .setQuality(quality)
                            .setHeight(height)
                            .setWidth(height * 16 / 9)
                            .build());
        }
        return layers;
    }

    @ParameterizedTest
    @CsvSource({"LMH,0,1,2", "LM,0,1,1", "LH,0,1,1", "MH,0,0,1", "H,0,0,0", "-,0,1,2"})
    void qualitiesMapToSpatialLayers(String present, int low, int medium, int high) {
        var layers = layers(present.replace("-", ""));
        assertThat(VideoLayers.spatialOf(VideoQuality.LOW, layers)).isEqualTo(low);
        assertThat(VideoLayers.spatialOf(VideoQuality.MEDIUM, layers)).isEqualTo(medium);
        assertThat(VideoLayers.spatialOf(VideoQuality.HIGH, layers)).isEqualTo(high);
    }

    @ParameterizedTest
    @CsvSource({
        "320,180,LOW",
        "340,190,LOW",
        "400,225,MEDIUM",
        "640,360,MEDIUM",
        "1280,720,HIGH",
        "4000,3000,HIGH"
    })
    void sizesMapToTheSmallestQualityThatFills(int width, int height, VideoQuality expected) {
        assertThat(VideoLayers.qualityForSize(width, height, layers("LMH"))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"0,3", "7,0", "8,0", "15,1", "30,3"})
    void ratesMapToTemporalLayers(int fps, int expected) {
        assertThat(VideoLayers.temporalFor(fps)).isEqualTo(expected);
    }
}

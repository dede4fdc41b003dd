package io.parley.room;

import io.parley.room.negotiation.PublishedSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import livekit.LivekitModels.AudioTrackFeature;
import livekit.LivekitModels.BackupCodecPolicy;
import livekit.LivekitModels.Codec;
import livekit.LivekitModels.SimulcastCodecInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import livekit.LivekitRtc.AddTrackRequest;
import livekit.LivekitRtc.SimulcastCodec;

/// Makes TrackInfo out of AddTrackRequest (signal.md §4.4, media.md §2.9). Enums pass by number: a
/// value that is newer than we are reaches the subscribers as it is.
@SuppressWarnings("deprecation") // fields that old clients still read
final class TrackInfos {
    private final List<Codec> enabled;
    private final ClientTraits client;

    TrackInfos(List<Codec> enabled, ClientTraits client) {
        this.enabled = enabled;
        this.client = client;
    }

    TrackInfo.Builder from(String sid, AddTrackRequest request) {
        boolean audio = request.getType() == TrackType.AUDIO;
        var info =
                TrackInfo.newBuilder()
                        .setSid(sid)
                        .setType(request.getType())
                        .setName(request.getName())
                        .setSourceValue(request.getSourceValue())
                        .setWidth(request.getWidth())
                        .setHeight(request.getHeight())
                        .setMuted(request.getMuted())
                        .setDisableDtx(request.getDisableDtx())
                        .setDisableRed(request.getDisableRed())
                        .setStereo(request.getStereo())
                        .setEncryptionValue(request.getEncryptionValue())
                        .setStream(streamOf(request))
                        .addAllAudioFeaturesValue(features(request))
                        .addAllPacketTrailerFeaturesValue(
                                request.getPacketTrailerFeaturesValueList())
                        .setBackupCodecPolicyValue(
                                audio
                                        ? BackupCodecPolicy.SIMULCAST_VALUE
                                        : request.getBackupCodecPolicyValue());
        addCodecs(info, request);
        var first = info.getCodecs(0);
        info.addAllLayers(
                request.getLayersCount() > 0 ? request.getLayersList() : first.getLayersList());
        info.setSimulcast(
                first.getVideoLayerMode() != VideoLayer.Mode.MULTIPLE_SPATIAL_LAYERS_PER_STREAM
                        && info.getLayersCount() > 1);
        return info;
    }

    private void addCodecs(TrackInfo.Builder info, AddTrackRequest request) {
        if (request.getSimulcastCodecsCount() == 0) {
            info.addCodecs(
                    SimulcastCodecInfo.newBuilder()
                            .setCid(request.getCid())
                            .addAllLayers(request.getLayersList())
                            .setVideoLayerMode(modeFor(request.getType(), "")));
            return;
        }
        var used = new ArrayList<String>();
        for (var wanted : request.getSimulcastCodecsList()) {
            String mime = enabledMime(request.getType(), wanted.getCodec());
            if (mime.isEmpty() || used.contains(mime)) {
                continue;
            }
            used.add(mime);
            info.addCodecs(codec(request, wanted, mime));
        }
        if (info.getCodecsCount() == 0) {
            info.addCodecs(SimulcastCodecInfo.newBuilder().setCid(request.getCid()));
        }
    }

    SimulcastCodecInfo codec(AddTrackRequest request, SimulcastCodec wanted, String mime) {
        var layers = wanted.getLayersCount() > 0 ? wanted.getLayersList() : request.getLayersList();
        var mode =
                switch (wanted.getVideoLayerMode()) {
                    case MODE_UNUSED, UNRECOGNIZED -> modeFor(request.getType(), mime);
                    case ONE_SPATIAL_LAYER_PER_STREAM,
                            MULTIPLE_SPATIAL_LAYERS_PER_STREAM,
                            ONE_SPATIAL_LAYER_PER_STREAM_INCOMPLETE_RTCP_SR ->
                            wanted.getVideoLayerMode();
                };
        return SimulcastCodecInfo.newBuilder()
                .setMimeType(mime)
                .setCid(wanted.getCid())
                .addAllLayers(layers)
                .setVideoLayerMode(mode)
                .build();
    }

    /// The enabled spelling of a codec's name; of a disabled one an alternative, empty if there is
    /// none.
    String enabledMime(TrackType type, String codec) {
        String prefix = type == TrackType.AUDIO ? "audio/" : "video/";
        String name = codec.contains("/") ? codec : prefix + codec;
        if (codec.isEmpty()) {
            return "";
        }
        for (var candidate : alternatives(type, name)) {
            for (var known : enabled) {
                if (known.getMime().equalsIgnoreCase(candidate)) {
                    return known.getMime();
                }
            }
        }
        return "";
    }

    private static List<String> alternatives(TrackType type, String mime) {
        return type == TrackType.AUDIO
                ? List.of(mime, "audio/opus")
                : List.of(mime, "video/VP8", "video/H264");
    }

    private VideoLayer.Mode modeFor(TrackType type, String mime) {
        if (type == TrackType.AUDIO) {
            return VideoLayer.Mode.MODE_UNUSED;
        }
        String lower = mime.toLowerCase(Locale.ROOT);
        if (lower.equals("video/vp9") || lower.equals("video/av1")) {
            return VideoLayer.Mode.MULTIPLE_SPATIAL_LAYERS_PER_STREAM;
        }
        return client.isObs()
                ? VideoLayer.Mode.ONE_SPATIAL_LAYER_PER_STREAM_INCOMPLETE_RTCP_SR
                : VideoLayer.Mode.ONE_SPATIAL_LAYER_PER_STREAM;
    }

    private static String streamOf(AddTrackRequest request) {
        if (!request.getStream().isEmpty()) {
            return request.getStream();
        }
        TrackSource source = request.getSource();
        return switch (source) {
            case CAMERA, MICROPHONE -> "camera";
            case SCREEN_SHARE, SCREEN_SHARE_AUDIO -> "screen";
            case UNKNOWN, UNRECOGNIZED -> "unknown";
        };
    }

    private static List<Integer> features(AddTrackRequest request) {
        var features = new ArrayList<>(request.getAudioFeaturesValueList());
        if (request.getType() != TrackType.AUDIO) {
            return features;
        }
        if (request.getStereo() && !features.contains(AudioTrackFeature.TF_STEREO_VALUE)) {
            features.add(AudioTrackFeature.TF_STEREO_VALUE);
        }
        if (request.getDisableDtx() && !features.contains(AudioTrackFeature.TF_NO_DTX_VALUE)) {
            features.add(AudioTrackFeature.TF_NO_DTX_VALUE);
        }
        return features;
    }

    /// What a section of an offer says of the codec that it carries.
    static void describe(Track.Encoding encoding, PublishedSection section) {
        var info = encoding.track.info();
        var codec =
                info.getCodecsBuilder(encoding.index)
                        .setMimeType(section.mimeType())
                        .setMid(section.mid())
                        .setSdpCid(encoding.sdpCid);
        encoding.mid = section.mid();
        if (encoding.index == 0) {
            info.setMimeType(section.mimeType()).setMid(section.mid());
            describeLayers(info.getLayersBuilderList(), section);
        }
        describeLayers(codec.getLayersBuilderList(), section);
    }

    private static void describeLayers(List<VideoLayer.Builder> layers, PublishedSection section) {
        var plain = layers.stream().map(VideoLayer.Builder::build).toList();
        for (var layer : layers) {
            int spatial = VideoLayers.spatialOf(layer.getQuality(), plain);
            layer.setSpatialLayer(spatial);
            for (var encoding : section.parameters().encodings()) {
                if (encoding.spatialLayer() == spatial) {
                    layer.setRid(encoding.rid())
                            .setSsrc(encoding.ssrc())
                            .setRepairSsrc(encoding.rtxSsrc());
                }
            }
        }
    }
}

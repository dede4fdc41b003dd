package io.parley.room;

import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters.TrackTraits;
import io.parley.webrtc.ortc.SourceId;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import livekit.LivekitModels.AudioTrackFeature;
import livekit.LivekitModels.Encryption;
import livekit.LivekitModels.SimulcastCodecInfo;
import livekit.LivekitModels.TrackInfo;
import livekit.LivekitModels.TrackSource;
import livekit.LivekitModels.TrackType;
import livekit.LivekitModels.VideoLayer;
import org.jspecify.annotations.Nullable;

/// One track of a participant, from its AddTrackRequest on; others see it once it is published.
/// Owned by its room's context.
@SuppressWarnings("deprecation") // fields that old clients still read
final class Track {
    /// What a layer is sent with; 0 is not known.
    record Ssrcs(int media, int rtx) {}

    /// One codec of the track, a source of its own on the media side.
    static final class Encoding {
        private static final int LAYERS = LayerWish.TOP_SPATIAL + 1;

        final Track track;
        final SourceId source;
        final int index;
        String mid = "";
        String sdpCid = "";

        /// The section that carried it when another node had the room, until it comes again.
        String awaited = "";

        boolean received;
        final PublishedLayers layers = new PublishedLayers();

        /// Those of its layers that the SDP does not name, by spatial layer.
        final Map<Integer, Ssrcs> ssrcs = new TreeMap<>();

        private final int[] seenWidths = new int[LAYERS];
        private final int[] seenHeights = new int[LAYERS];

        Encoding(Track track, SourceId source, int index) {
            this.track = track;
            this.source = source;
            this.index = index;
        }

        boolean isFree() {
            return mid.isEmpty();
        }

        /// What the SDP says of a layer counts, then what was learned.
        EncodingParameters named(EncodingParameters layer) {
            var known = ssrcs.get(layer.spatialLayer());
            return known == null || layer.ssrc() != 0
                    ? layer
                    : new EncodingParameters(
                            layer.rid(), layer.spatialLayer(), known.media(), known.rtx());
        }

        void onSize(int spatialLayer, int width, int height) {
            seenWidths[spatialLayer] = width;
            seenHeights[spatialLayer] = height;
        }

        boolean isLargest(int spatialLayer) {
            for (int height : seenHeights) {
                if (height > seenHeights[spatialLayer]) {
                    return false;
                }
            }
            return true;
        }
    }

    private final Participant publisher;
    private final String cid;
    private final TrackInfo.Builder info;
    private final List<Encoding> encodings = new ArrayList<>();
    private final Set<Participant> subscribers = new LinkedHashSet<>();
    private boolean published;
    private boolean subscribedTold;
    private @Nullable Dynacast dynacast;
    private int regressedTo;

    Track(Participant publisher, String cid, TrackInfo.Builder info) {
        this.publisher = publisher;
        this.cid = cid;
        this.info = info;
    }

    Participant publisher() {
        return publisher;
    }

    /// What the client calls it.
    String cid() {
        return cid;
    }

    String sid() {
        return info.getSid();
    }

    TrackInfo.Builder info() {
        return info;
    }

    /// As metrics call its kind.
    String typeName() {
        return info.getType().name();
    }

    MediaKind kind() {
        return info.getType() == TrackType.AUDIO ? MediaKind.AUDIO : MediaKind.VIDEO;
    }

    boolean isVideo() {
        return kind() == MediaKind.VIDEO;
    }

    boolean isMicrophone() {
        return info.getSource() == TrackSource.MICROPHONE;
    }

    boolean isMuted() {
        return info.getMuted();
    }

    List<Encoding> encodings() {
        return encodings;
    }

    Encoding addEncoding(SourceId source) {
        var encoding = new Encoding(this, source, encodings.size());
        encodings.add(encoding);
        return encoding;
    }

    @Nullable Encoding encodingOf(SourceId source) {
        for (var encoding : encodings) {
            if (encoding.source.equals(source)) {
                return encoding;
            }
        }
        return null;
    }

    SimulcastCodecInfo codec(Encoding encoding) {
        return info.getCodecs(encoding.index);
    }

    String mimeOf(Encoding encoding) {
        return codec(encoding).getMimeType();
    }

    List<VideoLayer> layersOf(Encoding encoding) {
        var own = codec(encoding).getLayersList();
        return own.isEmpty() ? info.getLayersList() : own;
    }

    /// As announced; where no size was, with those that the media has.
    List<VideoLayer> sizedLayersOf(Encoding encoding) {
        var announced = layersOf(encoding);
        if (announced.stream().anyMatch(layer -> layer.getHeight() > 0)) {
            return announced;
        }
        var sized = new ArrayList<VideoLayer>();
        for (int spatial = 0; spatial < encoding.seenHeights.length; spatial++) {
            if (encoding.seenHeights[spatial] > 0) {
                sized.add(
                        VideoLayer.newBuilder()
                                .setQuality(VideoLayers.qualityOf(spatial, announced))
                                .setWidth(encoding.seenWidths[spatial])
                                .setHeight(encoding.seenHeights[spatial])
                                .build());
            }
        }
        return sized.isEmpty() ? announced : sized;
    }

    TrackTraits traits(Encoding encoding) {
        return new TrackTraits(
                codec(encoding).getVideoLayerMode()
                        == VideoLayer.Mode.MULTIPLE_SPATIAL_LAYERS_PER_STREAM,
                isScreenShare(),
                isMicrophone(),
                isEncrypted());
    }

    boolean isScreenShare() {
        return info.getSource() == TrackSource.SCREEN_SHARE;
    }

    boolean isEncrypted() {
        return info.getEncryption() != Encryption.Type.NONE;
    }

    boolean hasPacketTrailers() {
        return info.getPacketTrailerFeaturesCount() > 0;
    }

    /// Announced as sending, but no section of an offer has it.
    boolean isWithoutMedia() {
        return !isMuted() && encodings.stream().allMatch(Encoding::isFree);
    }

    boolean hasDtx() {
        return !info.getAudioFeaturesList().contains(AudioTrackFeature.TF_NO_DTX);
    }

    boolean isStereo() {
        return info.getAudioFeaturesList().contains(AudioTrackFeature.TF_STEREO);
    }

    boolean isPublished() {
        return published;
    }

    void publish() {
        published = true;
    }

    Set<Participant> subscribers() {
        return subscribers;
    }

    /// Whether TrackSubscribed is still to be told, once.
    boolean tellSubscribed() {
        boolean tell = !subscribedTold;
        subscribedTold = true;
        return tell;
    }

    boolean isSubscribedTold() {
        return subscribedTold;
    }

    /// The first encoding that may be subscribed to: those before it are suspended.
    int regressedTo() {
        return regressedTo;
    }

    void regress(int index) {
        regressedTo = index;
    }

    @Nullable Dynacast dynacast() {
        return dynacast;
    }

    void dynacast(Dynacast own) {
        dynacast = own;
    }
}

package io.parley.sfu.receive;

import io.parley.webrtc.codec.Codec;
import io.parley.webrtc.codec.DependencyDescriptor;
import io.parley.webrtc.codec.DependencyStructure;
import io.parley.webrtc.codec.Vp9Descriptor;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.rtp.HeaderExtensions;
import io.parley.webrtc.rtp.RtpPacket;
import org.jspecify.annotations.Nullable;

/// What a published track's layers look like to forwarders: its codec, its live layers, its rings
/// and sender reports, and the fan-out. Owned by its StreamRouter.
public final class Source {
    /// Simulcast or SVC layers at most.
    public static final int LAYERS = 3;

    private static final int NONE = -1;

    private final SourceId id;
    private final MediaKind kind;
    private final ReceiveSettings settings;
    private final SourceListener listener;
    private final PublisherFeedback feedback;

    private final @Nullable ReceiveStream[] streams = new ReceiveStream[LAYERS];
    private final LayerTracker[] trackers = new LayerTracker[LAYERS];
    private final int[] widths = new int[LAYERS];
    private final int[] heights = new int[LAYERS];
    private final RequestSpacing requestSpacing = new RequestSpacing();
    private final AudioLevelWindow audioLevel;
    private final SourcePacket scratch;
    private final FanOut targets = new FanOut();

    private RtpReceiveParameters parameters;
    private SectionCodecs codecs;
    private @Nullable CodecParameters codec;
    private boolean muted;
    private long rttNs = StreamRouter.DEFAULT_RTT_NS;

    Source(
            RtpReceiveParameters parameters,
            ReceiveSettings settings,
            SourceListener listener,
            PublisherFeedback feedback,
            SourcePacket scratch) {
        this.id = parameters.source();
        this.kind = parameters.kind();
        this.settings = settings;
        this.listener = listener;
        this.feedback = feedback;
        this.scratch = scratch;
        this.parameters = parameters;
        this.codecs = new SectionCodecs(parameters.codecs());
        this.audioLevel = new AudioLevelWindow(settings.audio(), clockRate());
        for (int layer = 0; layer < LAYERS; layer++) {
            trackers[layer] = new LayerTracker(layer, parameters.traits().screenShare());
        }
        addStreams();
    }

    /// Replaces what was said of the section; streams that stay keep their state.
    void reconfigure(RtpReceiveParameters next) {
        parameters = next;
        codecs = new SectionCodecs(next.codecs());
        CodecParameters known = codec == null ? null : codecs.ofPayloadType(codec.payloadType());
        codec = known != null && codec != null && sameFormat(codec, known) ? known : null;
        addStreams();
    }

    /// Forwards every packet to that target too.
    public void attach(PacketTarget target) {
        targets.add(target);
    }

    public void detach(PacketTarget target) {
        targets.remove(target);
    }

    /// Nobody gets anything of a muted source.
    public void setMuted(long nowNs, boolean wanted) {
        if (muted == wanted) {
            return;
        }
        muted = wanted;
        for (LayerTracker tracker : trackers) {
            if (wanted) {
                tracker.pause(true);
            } else {
                tracker.resume(nowNs);
            }
        }
        for (ReceiveStream stream : streams) {
            if (stream != null && isVideo() && wanted) {
                stream.cancelRequests();
            } else if (stream != null && isVideo()) {
                stream.seedKeyFrame(nowNs);
            }
        }
        if (wanted && audioLevel.silence()) {
            listener.onAudioLevelChanged(id, audioLevel.level());
        }
        targets.tell(target -> target.onMuteChanged(nowNs, wanted));
    }

    /// Asks the publisher for a key frame of that layer, as often as the throttle lets.
    public void requestKeyFrame(long nowNs, int spatialLayer) {
        ReceiveStream stream = streamFor(spatialLayer);
        if (stream != null && !muted) {
            stream.requestKeyFrame(nowNs);
        }
    }

    public SourceId id() {
        return id;
    }

    public MediaKind kind() {
        return kind;
    }

    public boolean isVideo() {
        return kind == MediaKind.VIDEO;
    }

    public boolean isMuted() {
        return muted;
    }

    /// True when one SSRC carries several spatial layers.
    public boolean isSvc() {
        return parameters.traits().svc();
    }

    public boolean isEncrypted() {
        return parameters.traits().encrypted();
    }

    /// What really arrives, null before the first packet.
    public @Nullable CodecParameters codecParameters() {
        return codec;
    }

    public Codec codec() {
        return codec == null ? Codec.UNKNOWN : codecs.codecOf(codec.payloadType());
    }

    /// What the section says of a payload type, null when it is not negotiated.
    public @Nullable CodecParameters codecOfPayloadType(int payloadType) {
        return codecs.ofPayloadType(payloadType);
    }

    public int clockRate() {
        if (codec != null) {
            return codec.clockRate();
        }
        return parameters.codecs().isEmpty()
                ? Codec.UNKNOWN.clockRate()
                : parameters.codecs().getFirst().clockRate();
    }

    /// The stream that carries that simulcast layer.
    public @Nullable ReceiveStream stream(int layer) {
        return layer < 0 || layer >= LAYERS ? null : streams[layer];
    }

    public boolean isLive(int spatialLayer) {
        return spatialLayer >= 0 && spatialLayer < LAYERS && trackers[spatialLayer].isLive();
    }

    /// The highest live layer up to `most`; else the lowest live one; else -1.
    public int bestLive(int most) {
        for (int layer = Math.min(most, LAYERS - 1); layer >= 0; layer--) {
            if (trackers[layer].isLive()) {
                return layer;
            }
        }
        for (int layer = 0; layer < LAYERS; layer++) {
            if (trackers[layer].isLive()) {
                return layer;
            }
        }
        return NONE;
    }

    public int width(int spatialLayer) {
        return widths[spatialLayer];
    }

    public int height(int spatialLayer) {
        return heights[spatialLayer];
    }

    /// Closes the window of statistics and answers what it held.
    SourceStats takeStats(int rttMs) {
        long packets = 0;
        long lost = 0;
        long bytes = 0;
        double jitterMs = 0;
        for (ReceiveStream stream : streams) {
            if (stream == null || !stream.isStarted()) {
                continue;
            }
            ReceiveCounters counters = stream.counters();
            packets += counters.windowPackets();
            lost += counters.windowLost();
            bytes += counters.windowBytes();
            jitterMs = Math.max(jitterMs, counters.jitterMs());
            counters.closeWindow();
        }
        return new SourceStats(id, mimeType(), packets, lost, bytes, jitterMs, rttMs);
    }

    RtpReceiveParameters parameters() {
        return parameters;
    }

    RequestSpacing requestSpacing() {
        return requestSpacing;
    }

    /// The round trip to the publisher, as last known.
    long rttNs() {
        return rttNs;
    }

    SectionCodecs codecs() {
        return codecs;
    }

    HeaderExtensionIds extensions() {
        return parameters.extensions();
    }

    SourcePacket scratch() {
        return scratch;
    }

    /// RED carries its primary's payload type now and then; that is no change of codec.
    void onCodec(long nowNs, CodecParameters arrived) {
        if (codec != null && arrived.payloadType() == codec.payloadType()) {
            return;
        }
        Codec next = codecs.codecOf(arrived.payloadType());
        boolean sideCodec = codec() == Codec.RED && next == Codec.OPUS;
        boolean same = codec != null && sameFormat(codec, arrived);
        if (sideCodec) {
            return;
        }
        codec = arrived;
        if (same) {
            return;
        }
        targets.tell(target -> target.onCodecChanged(nowNs));
    }

    /// Before any other decision, so that even packets not forwarded count as voice.
    void onAudioLevel(long nowNs, RtpPacket p) {
        int at = p.extensionOffset(extensions().audioLevel());
        if (at < 0 || muted || !parameters.traits().microphone()) {
            return;
        }
        int level = HeaderExtensions.audioLevel(p.buffer(), at);
        if (audioLevel.onLevel(nowNs, level, p.timestamp())) {
            listener.onAudioLevelChanged(id, audioLevel.level());
        }
    }

    /// Step 5 for each forwarder in turn.
    void forward(SourcePacket packet, int ssrc, String rid) {
        if (isVideo()) {
            noteSizes(packet);
        }
        int spatial = spatialLayer(packet);
        if (trackers[spatial].onPacket(packet.nowNs, packet.keyFrame)) {
            listener.onLayerStarted(id, spatial, mimeType(), ssrc, rid);
            tellLayersChanged(packet.nowNs);
        }
        targets.onPacket(packet);
    }

    void forwardPadding(int layer, long seq) {
        targets.onPadding(layer, seq);
    }

    long nextWakeNs() {
        long next = isVideo() ? Long.MAX_VALUE : audioLevel.nextWakeNs();
        for (int layer = 0; layer < LAYERS; layer++) {
            next = Math.min(next, trackers[layer].nextWakeNs());
            ReceiveStream stream = streams[layer];
            if (stream != null) {
                next = Math.min(next, stream.nextWakeNs());
            }
        }
        return next;
    }

    void onTime(long nowNs, long measuredRttNs) {
        rttNs = measuredRttNs;
        boolean changed = false;
        for (int layer = 0; layer < LAYERS; layer++) {
            ReceiveStream stream = streams[layer];
            if (stream != null) {
                stream.onTime(nowNs, rttNs);
            }
            if (trackers[layer].onTime(nowNs)) {
                listener.onLayerStopped(id, layer);
                changed = true;
            }
        }
        if (changed) {
            tellLayersChanged(nowNs);
        }
        if (!isVideo() && audioLevel.onTime(nowNs)) {
            listener.onAudioLevelChanged(id, audioLevel.level());
        }
    }

    private void addStreams() {
        for (EncodingParameters each : parameters.encodings()) {
            int layer = each.spatialLayer();
            if (layer < 0 || layer >= LAYERS) {
                continue;
            }
            ReceiveStream stream = streams[layer];
            if (stream == null || !stream.rid().equals(each.rid())) {
                streams[layer] = new ReceiveStream(this, each, settings, feedback);
            } else if (each.ssrc() != 0) {
                stream.rebind(each.ssrc());
                stream.rebindRtx(each.rtxSsrc());
            }
        }
    }

    private @Nullable ReceiveStream streamFor(int spatialLayer) {
        if (isSvc()) {
            return firstStream();
        }
        ReceiveStream exact = stream(spatialLayer);
        return exact == null ? firstStream() : exact;
    }

    /// The layer with that RID as it stands in a packet.
    @Nullable ReceiveStream streamOfRid(byte[] b, int at, int length) {
        for (ReceiveStream stream : streams) {
            if (stream != null && stream.hasRid(b, at, length)) {
                return stream;
            }
        }
        return null;
    }

    /// The stream of a section without simulcast.
    @Nullable ReceiveStream onlyStream() {
        return parameters.encodings().size() == 1 ? firstStream() : null;
    }

    private @Nullable ReceiveStream firstStream() {
        for (ReceiveStream stream : streams) {
            if (stream != null) {
                return stream;
            }
        }
        return null;
    }

    private String mimeType() {
        return codec == null ? "" : codec.mimeType();
    }

    private static boolean sameFormat(CodecParameters a, CodecParameters b) {
        return a.mimeType().equalsIgnoreCase(b.mimeType()) && a.fmtp().equals(b.fmtp());
    }

    /// With SVC the packet says its layer, else its stream does.
    private int spatialLayer(SourcePacket packet) {
        if (!isSvc()) {
            return packet.layer;
        }
        int told =
                packet.hasDescriptor() ? packet.descriptor().spatialId() : packet.peek.spatialId();
        return Math.clamp(told, 0, LAYERS - 1);
    }

    private void noteSizes(SourcePacket packet) {
        DependencyDescriptor descriptor = packet.descriptor();
        DependencyStructure structure = descriptor.structure();
        if (packet.hasDescriptor() && descriptor.hasStructure() && structure != null) {
            for (int spatial = 0; spatial <= structure.maxSpatialId(); spatial++) {
                noteSize(packet, spatial, structure.width(spatial), structure.height(spatial));
            }
        }
        if (isSvc() && packet.codec == Codec.VP9 && !packet.peek.isMalformed()) {
            Vp9Descriptor vp9 = packet.peek.vp9();
            for (int spatial = 0; spatial < vp9.spatialLayers(); spatial++) {
                noteSize(packet, spatial, vp9.width(spatial), vp9.height(spatial));
            }
        } else if (packet.peek.width() > 0) {
            noteSize(packet, 0, packet.peek.width(), packet.peek.height());
        }
    }

    private void noteSize(SourcePacket packet, int spatial, int width, int height) {
        int layer = isSvc() ? spatial : packet.layer;
        if (width <= 0 || height <= 0 || layer >= LAYERS) {
            return;
        }
        if (widths[layer] != width || heights[layer] != height) {
            widths[layer] = width;
            heights[layer] = height;
            listener.onVideoSizeChanged(id, layer, width, height);
        }
    }

    private void tellLayersChanged(long nowNs) {
        targets.tell(target -> target.onLayersChanged(nowNs));
    }
}

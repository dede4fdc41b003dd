package io.parley.sfu.forward;

import io.parley.sfu.allocate.Allocation;
import io.parley.sfu.allocate.Allocator;
import io.parley.sfu.receive.PacketRing;
import io.parley.sfu.receive.PacketTarget;
import io.parley.sfu.receive.ReceiveStream;
import io.parley.sfu.receive.SenderReport;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.SourcePacket;
import io.parley.sfu.send.OutgoingPacket;
import io.parley.sfu.send.ReportClock;
import io.parley.sfu.send.SendStream;
import io.parley.sfu.send.StreamOwner;
import io.parley.webrtc.codec.Codec;
import io.parley.webrtc.codec.PacketTrailer;
import io.parley.webrtc.codec.Vp8Descriptor;
import io.parley.webrtc.codec.Vp8Munger;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendTraits;
import io.parley.webrtc.rtp.NtpTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One track to one subscriber: selects, renumbers, sends. Owned by its media loop.
///
/// | state | left by |
/// |---|---|
/// | unbound: the source's codec is unknown, or the section lacks it | onCodecChanged, update |
/// | paused: muted source, or nothing wished or allowed | onMuteChanged, setWish |
/// | waiting: video without a layer yet; asks for a key frame again and again | a key frame |
/// | forwarding; still asking when the wished layer is another | a key frame of that layer |
public final class Forwarder implements PacketTarget, StreamOwner {
    private static final int NO_LAYER = -1;

    private final SendStream stream;
    private final Allocator allocator;

    private final LayerTarget target = new LayerTarget();
    private final Rewriter rewriter = new Rewriter();
    private final Timeline timeline = new Timeline();
    private final FrameNumbers frameNumbers = new FrameNumbers();
    private final Vp8Munger vp8 = new Vp8Munger();
    private final RedBlocks red = new RedBlocks();
    private final OwnFrames own = new OwnFrames();
    private final KeyFrameTimer requests = new KeyFrameTimer();

    private Source source;
    private LayerWish wish;
    private Allocation allocation;
    private @Nullable LayerSelector selector;
    private Codec codec = Codec.UNKNOWN;
    private boolean attached = true;
    private boolean bound;
    private boolean extractsRed;
    private boolean speaksOnTheSide;
    private boolean resyncs = true;
    private int currentLayer = NO_LAYER;
    private int topSeen;

    /// Begins to forward; packets come as soon as the codec is known.
    public Forwarder(
            long nowNs, SendStream stream, Source source, LayerWish wish, Allocator allocator) {
        this.stream = stream;
        this.source = source;
        this.wish = wish;
        this.allocator = allocator;
        this.allocation = allocator.allocate(stream.id(), wish);
        stream.attach(this);
        source.attach(this);
        if (traits().opensWithPadding() && !stream.isStarted()) {
            beginOwn(nowNs, OwnFrames.Series.OPENING);
        }
        bind(nowNs);
    }

    /// The subscriber wants other layers, or nothing.
    public void setWish(long nowNs, LayerWish wanted) {
        wish = wanted;
        reallocate(nowNs);
    }

    /// The allocator's mind, or what it depends on, has changed.
    public void reallocate(long nowNs) {
        allocation = allocator.allocate(stream.id(), wish);
        if (allocation.paused()) {
            fallSilent(nowNs);
            resync();
        } else {
            own.end(OwnFrames.Series.SILENCE);
        }
        aim(nowNs);
    }

    /// The section was negotiated again, perhaps for another source. The SSRC stays, and numbers go
    /// on.
    public void update(long nowNs, RtpSendParameters parameters, Source from) {
        stream.update(parameters);
        if (!attached || !source.equals(from)) {
            source.detach(this);
            source = from;
            source.attach(this);
            attached = true;
            stream.forget();
            timeline.loseReference();
            resync();
            currentLayer = NO_LAYER;
        }
        bind(nowNs);
    }

    /// Forwards nothing any more, at once.
    public void close() {
        source.detach(this);
        attached = false;
        bound = false;
        currentLayer = NO_LAYER;
        requests.stop();
        own.end();
    }

    /// Forwards nothing any more, but blanks the picture first: as long as it wants to be woken.
    /// Where the source went before the subscription, that has begun already.
    public void end(long nowNs) {
        boolean blanks = bound && source.isVideo() && currentLayer != NO_LAYER && own.canSpeak();
        if (attached) {
            close();
        }
        if (blanks) {
            beginOwn(nowNs, OwnFrames.Series.BLANK);
        }
    }

    @Override
    public void onPacket(SourcePacket p) {
        if (!bound || isPaused()) {
            return;
        }
        if (selector == null) {
            onAudio(p);
        } else {
            onVideo(p, selector);
        }
    }

    @Override
    public void onPadding(int layer, long seq) {
        if (bound && !resyncs && layer == currentLayer && !rewriter.isLate(seq)) {
            rewriter.drop(seq);
        }
    }

    @Override
    public void onLayersChanged(long nowNs) {
        aim(nowNs);
    }

    @Override
    public void onMuteChanged(long nowNs, boolean muted) {
        if (muted) {
            fallSilent(nowNs);
            resync();
        } else {
            own.end(OwnFrames.Series.SILENCE);
        }
        aim(nowNs);
    }

    @Override
    public void onCodecChanged(long nowNs) {
        bind(nowNs);
    }

    @Override
    public void onFault(RuntimeException fault) {
        bound = false;
        stream.fail(fault);
    }

    @Override
    public void onPictureLoss(long nowNs) {
        if (bound && !isPaused()) {
            source.requestKeyFrame(nowNs, selector == null ? 0 : target.spatial);
        }
    }

    @Override
    public boolean loadPayload(int layer, long sourceSeq, OutgoingPacket into) {
        ReceiveStream from = source.stream(layer);
        if (from == null) {
            return false;
        }
        PacketRing ring = from.ring();
        int slot = ring.find(sourceSeq);
        if (slot == PacketRing.ABSENT) {
            return false;
        }
        into.captureNtp = ring.captureNtp(slot);
        into.payload(ring.bytes(), ring.offset(slot), ring.length(slot));
        stripTrailer(into);
        if (!extractsRed || !into.sideCodec) {
            return true;
        }
        if (!red.parse(into.payload, into.payloadOffset, into.payloadLength)) {
            return false;
        }
        into.payload(into.payload, red.primaryOffset(), red.primaryLength());
        return true;
    }

    /// The publisher's own clock is passed on, so that all its tracks stay in step (media.md §4.9).
    @Override
    public boolean readClock(long nowNs, ReportClock into) {
        ReceiveStream from = source.stream(currentLayer);
        if (from == null || !from.senderReport().isKnown()) {
            return false;
        }
        SenderReport report = from.senderReport();
        long sinceNs = nowNs - report.arrivalNs();
        into.ntp = report.ntp() + NtpTime.durationOfNs(sinceNs);
        long elapsed = Math.round(sinceNs * (double) source.clockRate() / 1e9);
        into.timestamp = timeline.map(report.rtp()) + (int) elapsed;
        return true;
    }

    @Override
    public long nextWakeNs() {
        return Math.min(requests.nextNs(), own.nextWakeNs());
    }

    /// Deviates: who sees nothing yet asks the lowest layer too, which the throttle lets be asked
    /// twice as often as the upper ones; any picture is better than none.
    @Override
    public void onTime(long nowNs) {
        if (nowNs >= own.nextWakeNs() && !stream.hasWay()) {
            own.postpone(nowNs);
        } else if (own.takeDue(nowNs)) {
            sendOwn(nowNs);
        }
        if (!requests.isDue(nowNs)) {
            return;
        }
        if (!isWaiting()) {
            requests.stop();
            return;
        }
        source.requestKeyFrame(nowNs, target.spatial);
        if (currentSpatial() == LayerSelector.NONE && target.spatial > 0) {
            source.requestKeyFrame(nowNs, source.bestLive(0));
        }
        requests.again(nowNs, stream.rttNs());
    }

    public SendStream stream() {
        return stream;
    }

    public Source source() {
        return source;
    }

    public LayerWish wish() {
        return wish;
    }

    /// The spatial layer forwarded now, -1 for none and for audio.
    public int currentSpatial() {
        return selector == null ? NO_LAYER : selector.currentSpatial();
    }

    private boolean isPaused() {
        return allocation.paused() || wish.disabled() || source.isMuted();
    }

    private void bind(long nowNs) {
        CodecParameters arrives = source.codecParameters();
        if (arrives == null) {
            bound = false;
            bindProvisionally();
            return;
        }
        List<CodecParameters> section = stream.parameters().section().codecs();
        CodecParameters match = CodecMatch.find(section, arrives);
        Codec arriving = source.codec();
        CodecParameters opus = CodecMatch.findMime(section, Codec.OPUS.mime());
        boolean isRed = arriving == Codec.RED;
        extractsRed = isRed && match == null && opus != null && !source.isEncrypted();
        CodecParameters written = extractsRed ? opus : match;
        bound = written != null;
        if (written == null) {
            own.end();
            stream.sendUnsupported(arrives.mimeType());
            return;
        }
        write(written, arriving, opus);
        if (arriving != codec || (source.isVideo() && selector == null)) {
            codec = arriving;
            resync();
            selector = source.isVideo() ? newSelector(arriving) : null;
        }
        aim(nowNs);
    }

    /// Nothing has arrived yet; what is sent all the same goes under the codec that the publisher
    /// announced, which is the section's first.
    private void bindProvisionally() {
        List<CodecParameters> section = stream.parameters().section().codecs();
        if (traits().opensWithPadding() && !section.isEmpty()) {
            CodecParameters first = section.getFirst();
            CodecParameters opus = CodecMatch.findMime(section, Codec.OPUS.mime());
            write(first, Codec.ofMime(first.mimeType()), opus);
        }
    }

    private void write(CodecParameters written, Codec carried, @Nullable CodecParameters opus) {
        boolean isRed = carried == Codec.RED;
        stream.bind(written, isRed ? opus : null);
        speaksOnTheSide = isRed;
        own.speak(
                isRed && opus != null ? Codec.OPUS : carried,
                source.isEncrypted(),
                traits().ownFrameTrailer());
    }

    private SendTraits traits() {
        return stream.parameters().section().traits();
    }

    /// Which way of carrying layers this is (media.md §4.3).
    private LayerSelector newSelector(Codec arriving) {
        if (!source.isSvc()) {
            return new SimulcastSelector(target);
        }
        return switch (arriving) {
            case VP9 -> new SvcSelector(target, new Vp9Selector(target));
            case AV1 -> new SvcSelector(target, new SimulcastSelector(target));
            case VP8, H264, H265, OPUS, RED, PCMU, PCMA, UNKNOWN -> new SimulcastSelector(target);
        };
    }

    /// Finds the layer to go to, and asks for a key frame when that takes one. The asking waits for
    /// the timer, because the key frame may be next in this very batch.
    private void aim(long nowNs) {
        if (!source.isVideo()) {
            return;
        }
        int best = source.bestLive(allocation.maxSpatial());
        target.maxSpatial = allocation.maxSpatial();
        target.spatial = best < 0 ? allocation.maxSpatial() : best;
        target.temporal = allocation.maxTemporal();
        for (int layer = topSeen + 1; layer < Source.LAYERS; layer++) {
            topSeen = source.isLive(layer) ? layer : topSeen;
        }
        noteDistance(nowNs);
        if (isWaiting() && requests.start(nowNs, target.spatial, mayDescend())) {
            stream.wakeAt(requests.nextNs());
        }
    }

    private boolean isWaiting() {
        LayerSelector chosen = selector;
        if (!bound || chosen == null || isPaused() || source.bestLive(target.maxSpatial) < 0) {
            return false;
        }
        return chosen.currentSpatial() != target.spatial;
    }

    /// SVC mostly goes down without a key frame, within a picture or two.
    private boolean mayDescend() {
        return source.isSvc() && currentSpatial() > target.spatial;
    }

    private void noteDistance(long nowNs) {
        boolean counts = selector != null && !isPaused();
        int wished = Math.min(wish.maxSpatial(), topSeen);
        stream.onLayerDistance(nowNs, counts ? Math.max(0, wished - currentSpatial()) : 0);
    }

    private void resync() {
        resyncs = true;
        red.reset();
        if (selector != null) {
            selector.resync();
        }
    }

    private void onAudio(SourcePacket p) {
        if (p.codec() != codec && !(codec == Codec.RED && p.codec() == Codec.OPUS)) {
            return;
        }
        if (resyncs || p.isRestarted()) {
            if (p.isLate()) {
                return;
            }
            begin(p);
        }
        if (extractsRed) {
            onRedundantAudio(p);
            return;
        }
        long seq = place(p.seq());
        if (seq == Rewriter.UNPLACED) {
            return;
        }
        OutgoingPacket out = outgoing(p, seq);
        out.sideCodec = p.codec() != codec;
        out.payload(p.payload(), p.payloadOffset(), p.payloadLength());
        send(out, p.isLate());
    }

    private void fallSilent(long nowNs) {
        if (bound && !resyncs && !source.isVideo() && own.canSpeak()) {
            beginOwn(nowNs, OwnFrames.Series.SILENCE);
        }
    }

    private void beginOwn(long nowNs, OwnFrames.Series series) {
        own.begin(nowNs, series);
        stream.wakeAt(own.nextWakeNs());
    }

    private void sendOwn(long nowNs) {
        boolean opens = own.series() == OwnFrames.Series.OPENING;
        boolean blanks = own.series() == OwnFrames.Series.BLANK;
        if (opens && !rewriter.isStarted()) {
            rewriter.startAt(stream.randomSeq());
            timeline.startAt(nowNs, stream.randomTimestamp());
        }
        OutgoingPacket out = stream.packet();
        out.begin(nowNs, 0, Rewriter.UNPLACED);
        out.seq = rewriter.insert();
        out.timestamp =
                opens || blanks
                        ? timeline.next(nowNs, source.clockRate())
                        : timeline.after(source.clockRate() / OwnFrames.SILENT_FRAMES_PER_SECOND);
        out.marker = blanks;
        out.keyFrame = blanks;
        out.sideCodec = speaksOnTheSide;
        if (opens && (source.isVideo() || !own.canSpeak())) {
            out.payload(OwnFrames.PADDING, 0, OwnFrames.PADDING.length);
            timeline.onSent(nowNs, out.timestamp);
            stream.sendPadding(out);
            return;
        }
        if (codec == Codec.VP8) {
            out.codecHeadLength = vp8.writeInjected(true, out.codecHead, 0);
        }
        out.payload(own.frame(), 0, own.frame().length);
        send(out, false);
    }

    private void onRedundantAudio(SourcePacket p) {
        boolean plain = p.codec() != Codec.RED;
        if (!plain && !red.parse(p.payload(), p.payloadOffset(), p.payloadLength())) {
            return;
        }
        if (!plain && !p.isLate()) {
            for (int back = red.recoverable(p.seq()); back > 0; back--) {
                recover(p, back);
            }
        }
        if (!red.take(p.seq())) {
            return;
        }
        long seq = place(p.seq());
        if (seq == Rewriter.UNPLACED) {
            return;
        }
        OutgoingPacket out = outgoing(p, seq);
        out.sideCodec = !plain;
        if (plain) {
            out.payload(p.payload(), p.payloadOffset(), p.payloadLength());
        } else {
            out.payload(p.payload(), red.primaryOffset(), red.primaryLength());
        }
        send(out, p.isLate());
    }

    /// A lost packet out of the redundancy of a later one. It is not repeated: should the lost one
    /// still come, it may hold other bytes, and one number must not carry two payloads.
    private void recover(SourcePacket p, int back) {
        if (red.length(back) == 0 || !red.take(p.seq() - back)) {
            return;
        }
        OutgoingPacket out = outgoing(p, rewriter.forward(p.seq() - back));
        out.sourceSeq = Rewriter.UNPLACED;
        out.timestamp -= red.timestampOffset(back);
        out.marker = false;
        out.sideCodec = true;
        out.captureNtp = 0;
        out.payload(p.payload(), red.offset(back), red.length(back));
        send(out, false);
    }

    private void onVideo(SourcePacket p, LayerSelector chosen) {
        if (p.codec() != codec) {
            return;
        }
        LayerDecision decision = chosen.select(p);
        if (!decision.forwards()) {
            onPadding(p.layer(), p.seq());
            return;
        }
        if (decision.switches()) {
            begin(p);
        }
        Vp8Descriptor descriptor = p.peek().vp8();
        boolean munges = codec == Codec.VP8 && !p.peek().isMalformed();
        if (munges && !keepsPicture(p, chosen, descriptor)) {
            onPadding(p.layer(), p.seq());
            return;
        }
        long seq = place(p.seq());
        if (seq == Rewriter.UNPLACED) {
            return;
        }
        OutgoingPacket out = outgoing(p, seq);
        out.marker = p.marker() || decision.marks();
        int skip = 0;
        if (munges) {
            skip = descriptor.headerLength();
            out.codecHeadLength = vp8.write(descriptor, out.codecHead, 0);
            out.codecSkip = skip;
        }
        if (p.hasDescriptor() && stream.takesDescriptors()) {
            frameNumbers.write(p.descriptor(), chosen.forwardedTargets(), out);
        }
        out.payload(p.payload(), p.payloadOffset() + skip, p.payloadLength() - skip);
        stripTrailer(out);
        send(out, p.isLate());
    }

    private void stripTrailer(OutgoingPacket out) {
        if (out.marker && traits().stripsTrailers()) {
            out.payloadLength -=
                    PacketTrailer.length(out.payload, out.payloadOffset, out.payloadLength);
        }
    }

    private boolean keepsPicture(SourcePacket p, LayerSelector chosen, Vp8Descriptor descriptor) {
        boolean late = rewriter.isLate(p.seq());
        boolean afterGap = rewriter.isAfterGap(p.seq());
        return vp8.munge(descriptor, late, afterGap, chosen.currentTemporal())
                == Vp8Munger.Verdict.FORWARD;
    }

    /// Another layer or source, or the same after an interruption.
    private void begin(SourcePacket p) {
        if (p.isRestarted()) {
            timeline.loseReference();
        }
        own.end();
        rewriter.switchTo(p.seq());
        timeline.begin(p.nowNs(), p.layer(), p.timestamp(), source.clockRate(), reports(p.layer()));
        if (codec == Codec.VP8 && !p.peek().isMalformed()) {
            vp8.switchSource(p.peek().vp8());
        }
        if (p.hasDescriptor()) {
            frameNumbers.switchTo(p.descriptor().frameNumber16());
        }
        currentLayer = p.layer();
        resyncs = false;
        noteDistance(p.nowNs());
        if (!isWaiting()) {
            requests.stop();
        }
    }

    private Timeline.@Nullable Reports reports(int layer) {
        ReceiveStream next = source.stream(layer);
        ReceiveStream reference = source.stream(timeline.referenceLayer());
        return next == null || reference == null
                ? null
                : new Timeline.Reports(next.senderReport(), reference.senderReport());
    }

    private long place(long seq) {
        return rewriter.isLate(seq) ? rewriter.placeLate(seq) : rewriter.forward(seq);
    }

    private OutgoingPacket outgoing(SourcePacket p, long seq) {
        OutgoingPacket out = stream.packet();
        out.begin(p.nowNs(), p.layer(), p.seq());
        out.seq = seq;
        out.timestamp = timeline.map(p.timestamp());
        out.marker = p.marker();
        out.keyFrame = p.isKeyFrame();
        out.captureNtp = p.captureNtp();
        return out;
    }

    private void send(OutgoingPacket out, boolean late) {
        if (!late) {
            timeline.onSent(out.nowNs, out.timestamp);
        }
        stream.send(out);
    }
}

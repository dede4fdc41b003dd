package io.parley.sfu.receive;

import io.parley.webrtc.codec.Codec;
import io.parley.webrtc.codec.DependencyDescriptor;
import io.parley.webrtc.codec.DependencyStructure;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.rtp.HeaderExtensions;
import io.parley.webrtc.rtp.RtpPacket;
import io.parley.webrtc.rtp.SequenceUnwrapper;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One SSRC layer of a track: order, loss, repair, and the packets themselves. Owned by its Source.
///
/// Two numberings meet here. `raw` is the wire's number unwrapped; `seq` is what forwarders see.
/// They differ after a restart (RFC 3550 §A.1), over which `seq` goes on as if nothing had
/// happened.
public final class ReceiveStream {
    private static final int MAX_DROPOUT = 3000;
    private static final int MAX_MISORDER = 1000;
    private static final int MAX_NACKS = 100;
    private static final int RING_STEP = 100;

    private final Source source;
    private final EncodingParameters encoding;
    private final PublisherFeedback feedback;
    private final byte[] rid;

    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final PacketRing ring;
    private final NackList nacks;
    private final ReceiveCounters counters;
    private final SenderReport senderReport = new SenderReport();
    private final KeyFrameRequests requests;
    private final DependencyDescriptor descriptor = new DependencyDescriptor();
    private final int[] nackScratch = new int[MAX_NACKS];

    private @Nullable DependencyStructure structure;
    private int ssrc;
    private int rtxSsrc;
    private long shift;
    private long resumeSeq;
    private int jumpedTo = -1;
    private boolean restarting;
    private boolean started;
    private long reportedPackets;
    private long ratePackets;
    private long rateSinceNs;

    ReceiveStream(
            Source source,
            EncodingParameters encoding,
            ReceiveSettings settings,
            PublisherFeedback feedback) {
        this.source = source;
        this.encoding = encoding;
        this.feedback = feedback;
        this.rid = encoding.rid().getBytes(StandardCharsets.UTF_8);
        this.ssrc = encoding.ssrc();
        this.rtxSsrc = encoding.rtxSsrc();
        ReceiveSettings.RingSize size =
                source.isVideo() ? settings.videoRing() : settings.audioRing();
        this.ring = new PacketRing(size.start(), size.max());
        this.nacks = new NackList(settings.nack());
        this.counters = new ReceiveCounters(source.clockRate());
        this.requests =
                new KeyFrameRequests(
                        settings.pliThrottle().intervalNs(encoding.spatialLayer()),
                        source.requestSpacing());
    }

    /// Steps 4 and 5 of a packet's way, and the fan-out after them.
    @Nullable ReceiveDropReason onRtp(
            long nowNs, RtpPacket p, CodecParameters codec, boolean repaired) {
        if (p.payloadLength() > PacketRing.SLOT_BYTES) {
            return ReceiveDropReason.TOO_LARGE;
        }
        if (repaired && (!unwrapper.isStarted() || isFar(p.seq16()))) {
            return ReceiveDropReason.BAD_RETRANSMISSION;
        }
        if (unwrapper.isStarted() && !repaired && isJump(p.seq16())) {
            return ReceiveDropReason.SEQUENCE_JUMP;
        }
        boolean first = !unwrapper.isStarted();
        long highest = unwrapper.highest();
        long raw = unwrapper.unwrap(p.seq16());
        boolean late = !first && raw <= highest;
        if (first) {
            shift = resumeSeq == 0 ? 0 : resumeSeq - raw;
        }
        long seq = raw + shift;
        long capture = captureNtp(p);
        int slot = ring.put(seq, p.buffer(), p.payloadOffset(), p.payloadLength(), capture);
        if (slot == PacketRing.ABSENT) {
            return ring.contains(seq) ? ReceiveDropReason.DUPLICATE : ReceiveDropReason.TOO_OLD;
        }
        counters.onPacket(nowNs, raw, p.timestamp(), p.payloadLength(), !late && !repaired);
        if (late) {
            nacks.onReceived(raw);
        } else if (!first && raw > highest + 1 && codec.has(RtcpFeedback.NACK)) {
            nacks.onGap(nowNs, highest + 1, raw);
        }
        if (p.isPaddingOnly()) {
            if (!late) {
                source.forwardPadding(layer(), seq);
            }
            return ReceiveDropReason.PADDING;
        }
        SourcePacket packet = source.scratch();
        fill(packet, nowNs, p, seq, slot);
        packet.late = late;
        packet.captureNtp = capture;
        packet.restarted = restarting;
        restarting = false;
        return deliver(nowNs, packet);
    }

    /// The publisher sends this layer under another SSRC now.
    void rebind(int newSsrc) {
        if (ssrc == newSsrc) {
            return;
        }
        ssrc = newSsrc;
        if (unwrapper.isStarted()) {
            restart();
        }
    }

    void rebindRtx(int newRtxSsrc) {
        rtxSsrc = newRtxSsrc;
    }

    void onSenderReport(long nowNs, long ntp, int rtp) {
        senderReport.onReport(nowNs, ntp, rtp);
    }

    void requestKeyFrame(long nowNs) {
        requests.onRequest(nowNs);
        sendDuePli(nowNs);
    }

    /// A publisher that comes back from a mute sends a key frame only when asked.
    void seedKeyFrame(long nowNs) {
        if (started) {
            requests.seed(nowNs);
        }
    }

    void cancelRequests() {
        requests.cancel();
        nacks.clear();
    }

    long nextWakeNs() {
        return Math.min(nacks.nextWakeNs(), requests.nextWakeNs());
    }

    void onTime(long nowNs, long rttNs) {
        int asked = nacks.drainDue(nowNs, rttNs, nackScratch);
        if (asked > 0) {
            feedback.sendNack(ssrc, nackScratch, asked);
        }
        sendDuePli(nowNs);
    }

    /// Once a second, off the hot path.
    void growRing(long nowNs) {
        double seconds = (nowNs - rateSinceNs) / 1e9;
        if (rateSinceNs != 0 && seconds > 0) {
            ring.growFor((counters.packets() - ratePackets) / seconds, RING_STEP);
        }
        ratePackets = counters.packets();
        rateSinceNs = nowNs;
    }

    /// True when packets came since this was last asked, so that a report is worth sending.
    boolean takeReportable() {
        boolean fresh = counters.packets() != reportedPackets;
        reportedPackets = counters.packets();
        return fresh;
    }

    public int layer() {
        return encoding.spatialLayer();
    }

    public int ssrc() {
        return ssrc;
    }

    public int rtxSsrc() {
        return rtxSsrc;
    }

    public String rid() {
        return encoding.rid();
    }

    boolean hasRid(byte[] b, int at, int length) {
        return HeaderExtensions.matches(b, at, length, rid);
    }

    public PacketRing ring() {
        return ring;
    }

    public SenderReport senderReport() {
        return senderReport;
    }

    ReceiveCounters counters() {
        return counters;
    }

    int extendedHighest32() {
        return unwrapper.extendedHighest32();
    }

    boolean isStarted() {
        return started;
    }

    private @Nullable ReceiveDropReason deliver(long nowNs, SourcePacket packet) {
        if (source.isMuted()) {
            return ReceiveDropReason.MUTED;
        }
        boolean first = !started;
        started = true;
        if (source.isVideo()) {
            if (packet.keyFrame && !packet.late) {
                requests.onKeyFrame();
            } else if (first || packet.restarted) {
                requests.seed(nowNs);
                sendDuePli(nowNs);
            }
        }
        source.forward(packet, ssrc, encoding.rid());
        return null;
    }

    private void fill(SourcePacket to, long nowNs, RtpPacket p, long seq, int slot) {
        Codec codec = source.codecs().codecOf(p.payloadType());
        to.nowNs = nowNs;
        to.layer = encoding.spatialLayer();
        to.seq = seq;
        to.timestamp = p.timestamp();
        to.marker = p.marker();
        to.codec = codec;
        to.payloadType = p.payloadType();
        to.payload = ring.bytes();
        to.payloadOffset = ring.offset(slot);
        to.payloadLength = p.payloadLength();
        to.keyFrame = false;
        if (source.isVideo()) {
            to.peek.peek(codec, to.payload, to.payloadOffset, to.payloadLength);
            readDescriptor(to, p);
            boolean announced = to.hasDescriptor && descriptor.hasStructure();
            to.keyFrame = to.peek.keyFrame() || announced;
        }
    }

    private void readDescriptor(SourcePacket to, RtpPacket p) {
        int id = source.extensions().dependencyDescriptor();
        int length = p.extensionLength(id);
        to.descriptor = descriptor;
        to.hasDescriptor = false;
        if (length > 0) {
            DependencyDescriptor.Outcome outcome =
                    descriptor.parse(p.buffer(), p.extensionOffset(id), length, structure);
            to.hasDescriptor = outcome == DependencyDescriptor.Outcome.OK;
            structure = descriptor.structure();
        }
    }

    private long captureNtp(RtpPacket p) {
        int id = source.extensions().absCaptureTime();
        return p.extensionLength(id) < HeaderExtensions.ABS_CAPTURE_TIME_BYTES
                ? 0
                : HeaderExtensions.absCaptureTime(p.buffer(), p.extensionOffset(id));
    }

    /// RFC 3550 §A.1: one far number is an accident, two in a row are a stream that began anew.
    private boolean isJump(int seq16) {
        if (!isFar(seq16)) {
            jumpedTo = -1;
            return false;
        }
        if (seq16 != jumpedTo) {
            jumpedTo = (seq16 + 1) & 0xFFFF;
            return true;
        }
        restart();
        return false;
    }

    private boolean isFar(int seq16) {
        int distance = (short) (seq16 - (int) unwrapper.highest());
        return distance <= -MAX_MISORDER || distance >= MAX_DROPOUT;
    }

    private void restart() {
        resumeSeq = unwrapper.highest() + shift + 1;
        restarting = true;
        jumpedTo = -1;
        unwrapper.reset();
        nacks.clear();
        counters.onRestart();
        senderReport.clear();
    }

    private void sendDuePli(long nowNs) {
        if (requests.takeDue(nowNs, source.rttNs())) {
            feedback.sendPli(ssrc);
        }
    }
}

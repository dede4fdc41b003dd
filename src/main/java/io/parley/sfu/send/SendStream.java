package io.parley.sfu.send;

import io.parley.webrtc.codec.Codec;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.PlayoutDelay;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.rtcp.ReportBlock;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.HeaderExtensions;
import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpPacket;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// One SSRC towards one subscriber: writes headers, counts, remembers, repeats, and hears the
/// subscriber's reports. Owned by its SendRouter.
public final class SendStream {
    private static final int VIDEO_HISTORY = 500;
    private static final int AUDIO_HISTORY = 200;
    private static final long DEFAULT_RTT_NS = 70_000_000L;
    private static final long MAX_RTT_NS = 10_000_000_000L;
    private static final long FIRST_REPORT_NS = 100_000_000L;
    private static final int RANDOM_SEQ_BASE = 1 << 15;
    private static final int RANDOM_SEQ_SPREAD = 1 << 14;
    private static final int RANDOM_TIMESTAMP_BASE = 1 << 31;
    private static final int RANDOM_TIMESTAMP_SPREAD = 1 << 30;
    private static final byte PADDED = 0x20;
    private static final int ORIGINAL_SEQ_BYTES = 2;
    private static final int REPORTS = 4;
    private static final int NO_TYPE = -1;

    private final SendPath path;
    private final RandomGenerator random;
    private final ReportClock clock = new ReportClock();
    private final PlayoutTelling playout = new PlayoutTelling();
    private final byte[] template = new byte[64];
    private final int[] reportedNtp32 = new int[REPORTS];
    private final long[] reportedAtNs = new long[REPORTS];

    private RtpSendParameters parameters;
    private byte[] cname;
    private @Nullable StreamOwner owner;
    private @Nullable SendHistory history;
    private int templateLength;
    private int sendTimeAt;
    private int transportSeqAt;
    private int payloadType = NO_TYPE;
    private int clockRate = Codec.UNKNOWN.clockRate();
    private int sidePayloadType = NO_TYPE;
    private int rtxPayloadType = CodecParameters.NO_RTX;
    private int rtxSeq16;
    private boolean started;
    private boolean retired;
    private boolean awaitsKeyFrame;
    private long highestSeq;
    private long packets;
    private long octets;
    private boolean reported;
    private int reportedTimestamp;
    private int reportCount;

    private boolean rttKnown;
    private long rttNs = DEFAULT_RTT_NS;
    private long heardAtNs = -1;
    private int lost;
    private long windowPackets;
    private long windowOctets;
    private int windowLost;
    private int distance;
    private double distanceSum;
    private long distanceFromNs;
    private long windowFromNs = -1;

    SendStream(RtpSendParameters parameters, SendPath path, RandomGenerator random) {
        this.path = path;
        this.random = random;
        this.parameters = parameters;
        this.cname = cnameOf(parameters);
        this.rtxSeq16 = randomSeq();
        playout.want(playoutOf(parameters), highestSeq);
        buildTemplate();
    }

    /// The forwarder that answers for this stream.
    public void attach(StreamOwner forwarder) {
        owner = forwarder;
    }

    /// The section was negotiated again; the SSRC stays.
    public void update(RtpSendParameters next) {
        if (!next.section().equals(parameters.section())) {
            onHeaderChanged();
        }
        parameters = next;
        cname = cnameOf(next);
        playout.want(playoutOf(next), highestSeq);
        buildTemplate();
    }

    /// Which payload types are written from now on; `side` is the primary codec inside RED.
    public void bind(CodecParameters codec, @Nullable CodecParameters side) {
        int sideType = side == null ? NO_TYPE : side.payloadType();
        if (payloadType != codec.payloadType() || sidePayloadType != sideType) {
            forget();
        }
        payloadType = codec.payloadType();
        sidePayloadType = sideType;
        clockRate = codec.clockRate();
        rtxPayloadType = codec.rtxPayloadType();
        if (codec.has(RtcpFeedback.NACK)) {
            remember();
        }
    }

    private void remember() {
        boolean stamps = !hasRtx() && (sendTimeAt >= 0 || transportSeqAt >= 0);
        SendHistory kept = history;
        if (kept == null || (stamps && !kept.keepsStamps())) {
            boolean video = parameters.kind() == MediaKind.VIDEO;
            history = new SendHistory(video ? VIDEO_HISTORY : AUDIO_HISTORY, stamps);
        }
    }

    private boolean hasRtx() {
        return rtxPayloadType != CodecParameters.NO_RTX && parameters.rtxSsrc() != 0;
    }

    /// What was sent before came from another source, or looked otherwise, and cannot be repeated.
    public void forget() {
        if (history != null) {
            history.clear();
        }
    }

    /// The scratch packet for a forwarder to fill in.
    public OutgoingPacket packet() {
        return path.packet;
    }

    /// Steps 6 and 7 of a packet's way.
    public void send(OutgoingPacket p) {
        stampNow(p);
        emitOriginal(p);
        if (history != null) {
            history.put(p);
        }
        highestSeq = Math.max(highestSeq, p.seq);
        packets++;
        octets += p.codecHeadLength + p.payloadLength;
        if (p.keyFrame) {
            awaitsKeyFrame = false;
        }
        if (!started) {
            started = true;
            path.reportAt(p.nowNs + FIRST_REPORT_NS);
            path.listener.onSendStarted(parameters.id());
        }
    }

    /// A packet that is nothing but the padding it holds: not counted as the start, not repeated.
    public void sendPadding(OutgoingPacket p) {
        int headerLength = writeHeader(p, payloadType, (int) p.seq & 0xFFFF, parameters.ssrc());
        path.head[0] |= PADDED;
        emit(p, headerLength, headerLength);
        highestSeq = Math.max(highestSeq, p.seq);
        packets++;
    }

    /// A number to begin with where no source gives one, far from the wrap.
    public int randomSeq() {
        return RANDOM_SEQ_BASE + random.nextInt(RANDOM_SEQ_SPREAD);
    }

    /// A timestamp to begin with.
    public int randomTimestamp() {
        return RANDOM_TIMESTAMP_BASE + random.nextInt(RANDOM_TIMESTAMP_SPREAD);
    }

    /// Nothing was to be sent under any of the section's codecs.
    public void sendUnsupported(String mimeType) {
        path.listener.onSendUnsupported(parameters.id(), mimeType);
    }

    /// Our bug in the forwarder.
    public void fail(RuntimeException fault) {
        path.listener.onSendFault(fault);
    }

    /// The forwarder has something to do at that time.
    public void wakeAt(long atNs) {
        path.wakeAt(atNs);
    }

    /// How far the forwarded layer is below the wished one from now on.
    public void onLayerDistance(long nowNs, int layers) {
        integrateDistance(nowNs);
        distance = layers;
    }

    public SendId id() {
        return parameters.id();
    }

    public int ssrc() {
        return parameters.ssrc();
    }

    public int rtxSsrc() {
        return parameters.rtxSsrc();
    }

    public RtpSendParameters parameters() {
        return parameters;
    }

    public boolean takesDescriptors() {
        return parameters.section().extensions().dependencyDescriptor() != 0;
    }

    public long rttNs() {
        return rttNs;
    }

    public long packets() {
        return packets;
    }

    public boolean isStarted() {
        return started;
    }

    /// Whether there is a way to the subscriber yet.
    public boolean hasWay() {
        return path.sink.isOpen();
    }

    void retire() {
        retired = true;
    }

    boolean isRetired() {
        return retired;
    }

    /// Retired, and nothing is left to be sent.
    boolean isDone() {
        return retired && (owner == null || owner.nextWakeNs() == Long.MAX_VALUE);
    }

    boolean isReported() {
        return reported;
    }

    @Nullable StreamOwner owner() {
        return owner;
    }

    /// The subscriber misses a packet. Nothing is repeated between its call for a key frame and
    /// that key frame.
    void onNack(long nowNs, int seq16) {
        SendHistory sent = history;
        if (sent == null || owner == null || awaitsKeyFrame || !started) {
            return;
        }
        long seq = unwrap(seq16);
        int slot = sent.take(nowNs, seq, rttNs);
        if (slot == SendHistory.ABSENT) {
            return;
        }
        OutgoingPacket p = path.packet;
        sent.restore(slot, nowNs, seq, p);
        if (!owner.loadPayload(p.layer, p.sourceSeq, p)) {
            return;
        }
        if (!sent.isDated(slot)) {
            p.captureNtp = 0;
        }
        int skip = Math.min(p.codecSkip, p.payloadLength);
        p.payload(p.payload, p.payloadOffset + skip, p.payloadLength - skip);
        repeat(p);
    }

    /// PLI or FIR.
    void onPictureLoss(long nowNs) {
        if (owner != null && parameters.kind() == MediaKind.VIDEO) {
            awaitsKeyFrame = true;
            owner.onPictureLoss(nowNs);
        }
    }

    void onReportBlock(long nowNs, ReportBlock block) {
        heardAtNs = nowNs;
        lost = block.cumulativeLost();
        onPlayoutHeard(nowNs, block);
        int lsr = block.lastSr();
        for (int i = 0; i < REPORTS && lsr != 0; i++) {
            if (reportedNtp32[i] == lsr) {
                long delayNs = NtpTime.nsOfCompact(block.delaySinceLastSr());
                onRoundTrip(nowNs - reportedAtNs[i] - delayNs);
                return;
            }
        }
    }

    private void onPlayoutHeard(long nowNs, ReportBlock block) {
        long arrivedSeq = unwrap(block.extendedHighestSeq());
        double jitterMs = block.jitter() * 1000.0 / clockRate;
        if (playout.onReport(nowNs, arrivedSeq, highestSeq, jitterMs)) {
            onHeaderChanged();
            buildTemplate();
        }
    }

    /// What was sent under another header cannot be sent again as it was.
    private void onHeaderChanged() {
        if (!hasRtx()) {
            forget();
        }
    }

    private long unwrap(int seq16) {
        return highestSeq + (short) (seq16 - (int) highestSeq);
    }

    /// Adds SR and SDES when there is something true to say. Answers true when it did.
    boolean writeReport(long nowNs, RtcpWriter writer) {
        if (!started || owner == null || !owner.readClock(nowNs, clock)) {
            return false;
        }
        if (reported && clock.timestamp - reportedTimestamp < 0) {
            return false;
        }
        reported = true;
        reportedTimestamp = clock.timestamp;
        reportedNtp32[reportCount % REPORTS] = NtpTime.compact(clock.ntp);
        reportedAtNs[reportCount % REPORTS] = nowNs;
        reportCount++;
        writer.senderReport(ssrc(), clock.ntp, clock.timestamp, (int) packets, (int) octets);
        writer.cname(ssrc(), cname);
        return true;
    }

    /// Most bytes that `writeReport` takes.
    int reportBytes() {
        return RtcpWriter.SENDER_REPORT_BYTES + cname.length + 16;
    }

    SendStats takeStats(long nowNs) {
        integrateDistance(nowNs);
        long windowNs = Math.max(1, nowNs - windowFromNs);
        SendStats stats =
                new SendStats(
                        id(),
                        packets - windowPackets,
                        Math.max(0, lost - windowLost),
                        octets - windowOctets,
                        distanceSum / windowNs,
                        rttKnown ? (int) (rttNs / 1_000_000) : -1,
                        heardAtNs < 0 ? -1 : (int) ((nowNs - heardAtNs) / 1_000_000));
        windowPackets = packets;
        windowOctets = octets;
        windowLost = lost;
        distanceSum = 0;
        windowFromNs = nowNs;
        return stats;
    }

    /// RFC 4588 §4 when negotiated, else the packet as it was to the last bit: AES-GCM's key is
    /// given away by two packets under one number (RFC 7714 §9.1).
    private void repeat(OutgoingPacket p) {
        if (!hasRtx()) {
            emitOriginal(p);
            return;
        }
        stampNow(p);
        int headerLength = writeHeader(p, rtxPayloadType, rtxSeq16, parameters.rtxSsrc());
        rtxSeq16 = (rtxSeq16 + 1) & 0xFFFF;
        RtpBytes.put16(path.head, headerLength, (int) p.seq);
        emit(p, headerLength, headerLength + ORIGINAL_SEQ_BYTES);
    }

    private void emitOriginal(OutgoingPacket p) {
        int type = p.sideCodec && sidePayloadType != NO_TYPE ? sidePayloadType : payloadType;
        int length = writeHeader(p, type, (int) p.seq & 0xFFFF, parameters.ssrc());
        emit(p, length, length);
    }

    private void emit(OutgoingPacket p, int headerLength, int codecAt) {
        byte[] head = path.head;
        for (int i = 0; i < p.codecHeadLength; i++) {
            head[codecAt + i] = p.codecHead[i];
        }
        path.sink.sendRtp(
                head,
                headerLength,
                codecAt + p.codecHeadLength,
                p.payload,
                p.payloadOffset,
                p.payloadLength);
    }

    private int writeHeader(OutgoingPacket p, int type, int seq16, int ssrc) {
        HeaderExtensionIds ids = parameters.section().extensions();
        boolean describes = p.descriptorLength > 0 && ids.dependencyDescriptor() != 0;
        boolean dates = p.captureNtp != 0 && ids.absCaptureTime() != 0;
        if (describes || dates) {
            return writeRareHeader(p, type, seq16, ssrc);
        }
        byte[] head = path.head;
        System.arraycopy(template, 0, head, 0, templateLength);
        head[1] = (byte) ((p.marker ? 0x80 : 0) | type);
        RtpBytes.put16(head, 2, seq16);
        RtpBytes.put32(head, 4, p.timestamp);
        RtpBytes.put32(head, 8, ssrc);
        writeStamps(p, sendTimeAt, transportSeqAt);
        return templateLength;
    }

    private int writeRareHeader(OutgoingPacket p, int type, int seq16, int ssrc) {
        HeaderExtensionIds ids = parameters.section().extensions();
        path.writer.begin(path.head, 0, type, p.marker, seq16, p.timestamp, ssrc);
        if (p.descriptorLength > 0 && ids.dependencyDescriptor() != 0) {
            path.writer.addExtension(
                    ids.dependencyDescriptor(), p.descriptor, 0, p.descriptorLength);
        }
        if (p.captureNtp != 0 && ids.absCaptureTime() != 0) {
            int at =
                    path.writer.reserveExtension(
                            ids.absCaptureTime(), HeaderExtensions.ABS_CAPTURE_TIME_BYTES);
            HeaderExtensions.writeAbsCaptureTime(path.head, at, p.captureNtp);
        }
        tellPlayout(ids, path.head);
        reserveStamps(ids);
        int length = path.writer.finish();
        writeStamps(
                p,
                path.writer.valueOffset(ids.absSendTime()),
                path.writer.valueOffset(ids.transportCc()));
        return length;
    }

    private void buildTemplate() {
        HeaderExtensionIds ids = parameters.section().extensions();
        path.writer.begin(template, 0, 0, false, 0, 0, 0);
        tellPlayout(ids, template);
        reserveStamps(ids);
        templateLength = path.writer.finish();
        sendTimeAt = path.writer.valueOffset(ids.absSendTime());
        transportSeqAt = path.writer.valueOffset(ids.transportCc());
        if (templateLength < RtpPacket.FIXED_HEADER_BYTES) {
            throw new IllegalStateException("header of " + templateLength + " bytes");
        }
    }

    private void tellPlayout(HeaderExtensionIds ids, byte[] head) {
        if (playout.isTelling()) {
            int at =
                    path.writer.reserveExtension(
                            ids.playoutDelay(), HeaderExtensions.PLAYOUT_DELAY_BYTES);
            HeaderExtensions.writePlayoutDelay(head, at, playout.minMs(), playout.maxMs());
        }
    }

    private void reserveStamps(HeaderExtensionIds ids) {
        if (ids.absSendTime() != 0) {
            path.writer.reserveExtension(ids.absSendTime(), HeaderExtensions.ABS_SEND_TIME_BYTES);
        }
        if (ids.transportCc() != 0) {
            path.writer.reserveExtension(ids.transportCc(), HeaderExtensions.TRANSPORT_SEQ_BYTES);
        }
    }

    private void stampNow(OutgoingPacket p) {
        if (sendTimeAt >= 0) {
            p.sendTime24 = HeaderExtensions.absSendTime24(path.clockNtp(p.nowNs));
        }
        if (transportSeqAt >= 0) {
            p.transportSeq16 = path.nextTransportSeq16();
        }
    }

    private void writeStamps(OutgoingPacket p, int timeAt, int seqAt) {
        if (timeAt >= 0) {
            HeaderExtensions.writeAbsSendTime(path.head, timeAt, p.sendTime24);
        }
        if (seqAt >= 0) {
            HeaderExtensions.writeTransportSeq16(path.head, seqAt, p.transportSeq16);
        }
    }

    private void onRoundTrip(long measuredNs) {
        if (measuredNs < 0 || measuredNs > MAX_RTT_NS) {
            return;
        }
        rttNs = rttKnown ? measuredNs * 3 / 4 + rttNs / 4 : measuredNs;
        rttKnown = true;
        path.onRoundTrip(rttNs);
    }

    private void integrateDistance(long nowNs) {
        if (windowFromNs < 0) {
            windowFromNs = nowNs;
            distanceFromNs = nowNs;
        }
        distanceSum += (double) distance * (nowNs - distanceFromNs);
        distanceFromNs = nowNs;
    }

    private static PlayoutDelay playoutOf(RtpSendParameters parameters) {
        return parameters.section().extensions().playoutDelay() == 0
                ? PlayoutDelay.NONE
                : parameters.section().traits().playoutDelay();
    }

    private static byte[] cnameOf(RtpSendParameters parameters) {
        byte[] text = parameters.section().cname().getBytes(StandardCharsets.UTF_8);
        return text.length > 255 ? new byte[0] : text;
    }
}

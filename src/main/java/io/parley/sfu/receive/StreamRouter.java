package io.parley.sfu.receive;

import io.parley.webrtc.bwe.TransportFeedbackRecorder;
import io.parley.webrtc.codec.PayloadPeek;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.rtcp.RtcpDropReason;
import io.parley.webrtc.rtcp.RtcpHandler;
import io.parley.webrtc.rtcp.RtcpReader;
import io.parley.webrtc.rtp.HeaderExtensions;
import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpPacket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One publisher's packets: finds the stream of each SSRC, declared or learnt from the MID and RID
/// extensions (RFC 8843 §9.2, RFC 8852), and keeps the publisher informed. Owned by its media loop.
public final class StreamRouter {
    /// Stands for the round trip to a publisher until one was measured.
    static final long DEFAULT_RTT_NS = 70_000_000L;

    private static final int MAX_SSRCS = 256;
    private static final long REPORT_INTERVAL_NS = 1_000_000_000L;
    private static final long MAX_RTT_NS = 10_000_000_000L;

    private final ReceiveSettings settings;
    private final SourceListener listener;

    private final PublisherFeedback feedback;
    private final TransportFeedbackRecorder transportFeedback;
    private final RtcpReader rtcpReader = new RtcpReader();
    private final RtcpIntake rtcpIntake = new RtcpIntake();
    private final SourcePacket scratch = new SourcePacket(new PayloadPeek());
    private final SsrcTable<Binding> bindings = new SsrcTable<>(MAX_SSRCS);
    private final List<Section> sections = new ArrayList<>();

    private HeaderExtensionIds ids = HeaderExtensionIds.NONE;
    private ReceiveDropReason unknown = ReceiveDropReason.UNKNOWN_SSRC;
    private long nextReportNs = Long.MAX_VALUE;
    private boolean rttKnown;
    private long rttNs = DEFAULT_RTT_NS;

    /// `feedbackSsrc` is random: the sender of transport feedback.
    public StreamRouter(
            ReceiveSettings settings, RtcpSink rtcp, SourceListener listener, int feedbackSsrc) {
        this.settings = settings;
        this.listener = listener;
        this.feedback = new PublisherFeedback(rtcp);
        this.transportFeedback = new TransportFeedbackRecorder(feedbackSsrc);
    }

    /// Takes a section, or what is new about one; the source exists from here on.
    public Source configure(RtpReceiveParameters p) {
        ids = merge(ids, p.extensions());
        Section section = sectionOfMid(p.mid());
        if (section != null && section.source.id().equals(p.source())) {
            section.source.reconfigure(p);
        } else {
            remove(p.mid());
            Source source = new Source(p, settings, listener, feedback, scratch);
            section = new Section(p.mid(), source);
            sections.add(section);
        }
        for (EncodingParameters each : p.encodings()) {
            ReceiveStream stream = section.source.stream(each.spatialLayer());
            if (stream != null && each.ssrc() != 0) {
                bindings.put(each.ssrc(), new Binding(section.source, stream, false));
            }
            if (stream != null && each.rtxSsrc() != 0) {
                bindings.put(each.rtxSsrc(), new Binding(section.source, stream, true));
            }
        }
        return section.source;
    }

    /// The section ended. Forwarders must have been detached.
    public void remove(String mid) {
        Section section = sectionOfMid(mid);
        if (section == null) {
            return;
        }
        sections.remove(section);
        for (int layer = 0; layer < Source.LAYERS; layer++) {
            ReceiveStream stream = section.source.stream(layer);
            if (stream != null) {
                unbind(stream.ssrc(), stream);
                unbind(stream.rtxSsrc(), stream);
            }
        }
    }

    /// Steps 4 to 6 of a packet's way; null when it was forwarded.
    public @Nullable ReceiveDropReason onRtp(long nowNs, RtpPacket packet) {
        recordTransportSeq(nowNs, packet);
        int ssrc = packet.ssrc();
        if (ssrc == 0) {
            return ReceiveDropReason.PROBE;
        }
        Binding binding = bindings.get(ssrc);
        if (binding == null) {
            binding = learn(packet);
        }
        if (binding == null) {
            return unknown;
        }
        if (nextReportNs == Long.MAX_VALUE) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
        }
        return binding.repair
                ? onRetransmission(nowNs, packet, binding)
                : onMedia(nowNs, packet, binding);
    }

    /// A compound from this publisher, in clear. What concerns sending is left to a SendRouter.
    public @Nullable RtcpDropReason onRtcp(long nowNs, byte[] b, int off, int len) {
        rtcpIntake.nowNs = nowNs;
        return rtcpReader.read(b, off, len, rtcpIntake);
    }

    public long nextWakeNs() {
        long next = Math.min(nextReportNs, transportFeedback.nextWakeNs());
        for (int i = 0; i < sections.size(); i++) {
            next = Math.min(next, sections.get(i).source.nextWakeNs());
        }
        return next;
    }

    public void onTime(long nowNs) {
        for (int i = 0; i < sections.size(); i++) {
            sections.get(i).source.onTime(nowNs, rttNs);
        }
        if (transportFeedback.onTime(nowNs)) {
            feedback.sendTransportFeedback(nowNs, transportFeedback);
        }
        if (nowNs >= nextReportNs) {
            nextReportNs = nowNs + REPORT_INTERVAL_NS;
            sendReports(nowNs);
        }
    }

    /// Another protocol's measure of the round trip to this publisher; counts until the publisher
    /// answers our own reports, which many never do.
    public void assumeRtt(long measuredNs) {
        if (!rttKnown && measuredNs > 0 && measuredNs <= MAX_RTT_NS) {
            rttNs = measuredNs;
        }
    }

    public @Nullable Source sourceOfMid(String mid) {
        Section section = sectionOfMid(mid);
        return section == null ? null : section.source;
    }

    /// The round trip to this publisher in milliseconds, -1 while unknown.
    public int rttMs() {
        return rttKnown ? (int) (rttNs / 1_000_000) : -1;
    }

    /// What arrived of each source since the last call.
    public List<SourceStats> takeStats() {
        List<SourceStats> all = new ArrayList<>();
        for (Section section : sections) {
            all.add(section.source.takeStats(rttMs()));
        }
        return all;
    }

    private void recordTransportSeq(long nowNs, RtpPacket p) {
        int at = p.extensionOffset(ids.transportCc());
        if (at < 0 || p.extensionLength(ids.transportCc()) < HeaderExtensions.TRANSPORT_SEQ_BYTES) {
            return;
        }
        int seq16 = HeaderExtensions.transportSeq16(p.buffer(), at);
        if (transportFeedback.onPacket(nowNs, seq16, p.ssrc(), p.marker())) {
            feedback.sendTransportFeedback(nowNs, transportFeedback);
        }
    }

    private static @Nullable ReceiveDropReason onMedia(long nowNs, RtpPacket p, Binding binding) {
        Source source = binding.source;
        if (!source.isVideo()) {
            source.onAudioLevel(nowNs, p);
        }
        CodecParameters codec = source.codecs().ofPayloadType(p.payloadType());
        if (codec == null) {
            return ReceiveDropReason.UNKNOWN_PAYLOAD_TYPE;
        }
        source.onCodec(nowNs, codec);
        return binding.stream.onRtp(nowNs, p, codec, false);
    }

    /// RFC 4588 §4. A retransmission never begins a stream.
    private static @Nullable ReceiveDropReason onRetransmission(
            long nowNs, RtpPacket p, Binding binding) {
        if (p.isPaddingOnly()) {
            return ReceiveDropReason.PADDING;
        }
        CodecParameters codec = binding.source.codecs().ofRtxPayloadType(p.payloadType());
        if (codec == null) {
            return ReceiveDropReason.UNKNOWN_PAYLOAD_TYPE;
        }
        if (p.unwrapRtx(codec.payloadType(), binding.stream.ssrc()) != null) {
            return ReceiveDropReason.BAD_RETRANSMISSION;
        }
        return binding.stream.onRtp(nowNs, p, codec, true);
    }

    private @Nullable Binding learn(RtpPacket p) {
        unknown = ReceiveDropReason.UNKNOWN_SSRC;
        Section section = sectionOf(p);
        if (section == null) {
            return null;
        }
        unknown = ReceiveDropReason.UNKNOWN_SECTION;
        Source source = section.source;
        boolean named = p.extensionLength(ids.rid()) > 0;
        boolean repairNamed = p.extensionLength(ids.repairedRid()) > 0;
        int id = named ? ids.rid() : ids.repairedRid();
        ReceiveStream stream =
                named || repairNamed
                        ? source.streamOfRid(
                                p.buffer(), p.extensionOffset(id), p.extensionLength(id))
                        : source.onlyStream();
        if (stream == null) {
            return null;
        }
        boolean repair =
                (repairNamed && !named)
                        || (!named && source.codecs().ofRtxPayloadType(p.payloadType()) != null);
        Binding binding = new Binding(source, stream, repair);
        if (!bindings.put(p.ssrc(), binding)) {
            return null;
        }
        if (repair) {
            unbindOther(stream.rtxSsrc(), p.ssrc(), stream);
            stream.rebindRtx(p.ssrc());
        } else {
            unbindOther(stream.ssrc(), p.ssrc(), stream);
            stream.rebind(p.ssrc());
        }
        listener.onSsrcLearned(source.id(), stream.layer(), stream.ssrc(), stream.rtxSsrc());
        return binding;
    }

    private @Nullable Section sectionOf(RtpPacket p) {
        int length = p.extensionLength(ids.mid());
        if (length == 0) {
            return null;
        }
        int at = p.extensionOffset(ids.mid());
        for (Section section : sections) {
            if (HeaderExtensions.matches(p.buffer(), at, length, section.midBytes)) {
                return section;
            }
        }
        unknown = ReceiveDropReason.UNKNOWN_SECTION;
        return null;
    }

    private @Nullable Section sectionOfMid(String mid) {
        for (Section section : sections) {
            if (section.mid.equals(mid)) {
                return section;
            }
        }
        return null;
    }

    private void unbindOther(int oldSsrc, int newSsrc, ReceiveStream stream) {
        if (oldSsrc != newSsrc) {
            unbind(oldSsrc, stream);
        }
    }

    private void unbind(int ssrc, ReceiveStream stream) {
        Binding bound = bindings.get(ssrc);
        if (bound != null && bound.stream == stream) {
            bindings.remove(ssrc);
        }
    }

    private void sendReports(long nowNs) {
        feedback.beginReports();
        for (int i = 0; i < sections.size(); i++) {
            Source source = sections.get(i).source;
            for (int layer = 0; layer < Source.LAYERS; layer++) {
                ReceiveStream stream = source.stream(layer);
                if (stream != null && stream.takeReportable()) {
                    feedback.addReport(nowNs, stream);
                    stream.growRing(nowNs);
                }
            }
        }
        feedback.endReports(nowNs);
    }

    /// With BUNDLE one extension has one id in all sections (RFC 8843 §9.2).
    private static HeaderExtensionIds merge(HeaderExtensionIds known, HeaderExtensionIds more) {
        return known.with(Extension.MID, either(more.mid(), known.mid()))
                .with(Extension.RID, either(more.rid(), known.rid()))
                .with(Extension.REPAIRED_RID, either(more.repairedRid(), known.repairedRid()))
                .with(Extension.TRANSPORT_CC, either(more.transportCc(), known.transportCc()));
    }

    private static int either(int first, int second) {
        return first != 0 ? first : second;
    }

    private void onDlrr(long nowNs, int lastRr, int delay) {
        int now32 = NtpTime.compact(NtpTime.durationOfNs(nowNs));
        long measuredNs = NtpTime.nsOfCompact(now32 - lastRr - delay);
        if (lastRr == 0 || measuredNs > MAX_RTT_NS) {
            return;
        }
        rttNs = rttKnown ? measuredNs * 3 / 4 + rttNs / 4 : measuredNs;
        rttKnown = true;
    }

    /// A section and its MID as it stands on the wire.
    private static final class Section {
        final String mid;
        final byte[] midBytes;
        final Source source;

        Section(String mid, Source source) {
            this.mid = mid;
            this.midBytes = mid.getBytes(StandardCharsets.UTF_8);
            this.source = source;
        }
    }

    private record Binding(Source source, ReceiveStream stream, boolean repair) {}

    /// What of a compound is about receiving.
    private final class RtcpIntake implements RtcpHandler {
        long nowNs;

        @Override
        public void onSenderReport(int ssrc, long ntp, int rtp, int packets, int octets) {
            Binding binding = bindings.get(ssrc);
            if (binding != null && !binding.repair) {
                binding.stream.onSenderReport(nowNs, ntp, rtp);
            }
        }

        @Override
        public void onDlrr(int senderSsrc, int reporteeSsrc, int lastRr, int delay) {
            StreamRouter.this.onDlrr(nowNs, lastRr, delay);
        }
    }
}

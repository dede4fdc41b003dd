package io.parley.sfu.send;

import io.parley.sfu.allocate.Allocator;
import io.parley.sfu.receive.SsrcTable;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.rtcp.Nack;
import io.parley.webrtc.rtcp.Remb;
import io.parley.webrtc.rtcp.ReportBlock;
import io.parley.webrtc.rtcp.RtcpDropReason;
import io.parley.webrtc.rtcp.RtcpHandler;
import io.parley.webrtc.rtcp.RtcpReader;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.NtpTime;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// Everything sent to one subscriber: finds the stream that feedback is about, and sends reports
/// for all. Owned by its media loop.
public final class SendRouter {
    private static final int MAX_SSRCS = 65_536;
    private static final long REPORT_TICK_NS = 500_000_000L;
    private static final int TICKS_PER_REPORT = 6;
    private static final int MAX_COMPOUND_BYTES = 1200;

    private final RandomGenerator random;

    private final SendPath path;
    private final Allocator allocator = new Allocator();
    private final SsrcTable<SendStream> bySsrc = new SsrcTable<>(MAX_SSRCS);
    private final List<SendStream> streams = new ArrayList<>();
    private final RtcpReader reader = new RtcpReader();
    private final RtcpWriter writer = new RtcpWriter();
    private final RtcpIntake intake = new RtcpIntake();
    private final byte[] buffer = new byte[1500];
    private int reportTick;

    public SendRouter(PacketSink sink, SendListener listener, RandomGenerator random) {
        this.path = new SendPath(sink, listener);
        this.random = random;
    }

    /// A stream of its own for each forwarded track.
    public SendStream add(RtpSendParameters parameters) {
        SendStream before = bySsrc.get(parameters.ssrc());
        if (before != null) {
            remove(before);
        }
        SendStream stream = new SendStream(parameters, path, random);
        streams.add(stream);
        bySsrc.put(parameters.ssrc(), stream);
        return stream;
    }

    public void remove(SendStream stream) {
        if (streams.remove(stream)) {
            bySsrc.remove(stream.ssrc());
        }
    }

    /// Removes the stream as soon as its owner wants to be woken no more.
    public void retire(SendStream stream) {
        stream.retire();
        if (stream.isDone()) {
            remove(stream);
        }
    }

    /// A compound from this subscriber, in clear. What concerns receiving is left to a
    /// StreamRouter.
    public @Nullable RtcpDropReason onRtcp(long nowNs, byte[] b, int off, int len) {
        intake.nowNs = nowNs;
        intake.pictureLost = null;
        RtcpDropReason reason = reader.read(b, off, len, intake);
        SendStream lost = intake.pictureLost;
        if (lost != null) {
            lost.onPictureLoss(nowNs);
        }
        return reason;
    }

    public long nextWakeNs() {
        return Math.min(path.wakeNs(), path.reportNs());
    }

    public void onTime(long nowNs) {
        if (nowNs >= path.wakeNs()) {
            path.sleep();
            for (int i = streams.size() - 1; i >= 0; i--) {
                SendStream stream = streams.get(i);
                StreamOwner owner = stream.owner();
                if (owner != null) {
                    owner.onTime(nowNs);
                    path.wakeAt(owner.nextWakeNs());
                }
                if (stream.isDone()) {
                    remove(stream);
                }
            }
        }
        if (nowNs >= path.reportNs()) {
            path.nextReportAt(nowNs + REPORT_TICK_NS);
            sendReports(nowNs);
        }
    }

    /// The round trip to this subscriber as its reports tell it, -1 while unknown.
    public long rttNs() {
        return path.rttNs();
    }

    /// Decides what this subscriber's forwarders may send.
    public Allocator allocator() {
        return allocator;
    }

    /// What left of each stream since the last call.
    public List<SendStats> takeStats(long nowNs) {
        List<SendStats> all = new ArrayList<>();
        for (SendStream stream : streams) {
            if (!stream.isRetired()) {
                all.add(stream.takeStats(nowNs));
            }
        }
        return all;
    }

    /// Every 3 s; a stream that could not report yet, for want of the publisher's, at each tick.
    private void sendReports(long nowNs) {
        boolean all = reportTick % TICKS_PER_REPORT == 0;
        reportTick++;
        writer.begin(buffer, 0);
        for (int i = 0; i < streams.size(); i++) {
            SendStream stream = streams.get(i);
            if (!all && stream.isReported()) {
                continue;
            }
            if (writer.size() + stream.reportBytes() > MAX_COMPOUND_BYTES) {
                flush();
            }
            stream.writeReport(nowNs, writer);
        }
        flush();
    }

    private void flush() {
        if (writer.size() > 0) {
            path.sink.sendRtcp(buffer, 0, writer.size());
            writer.begin(buffer, 0);
        }
    }

    /// What of a compound is about sending.
    private final class RtcpIntake implements RtcpHandler {
        long nowNs;
        @Nullable SendStream pictureLost;

        @Override
        public void onReportBlock(int senderSsrc, ReportBlock block) {
            SendStream stream = bySsrc.get(block.ssrc());
            if (stream != null) {
                stream.onReportBlock(nowNs, block);
            }
        }

        @Override
        public void onNack(int senderSsrc, int mediaSsrc, int pid, int blp) {
            SendStream stream = bySsrc.get(mediaSsrc);
            if (stream == null) {
                return;
            }
            for (int seq = Nack.first(pid); seq >= 0; seq = Nack.next(pid, blp, seq)) {
                stream.onNack(nowNs, seq);
            }
        }

        @Override
        public void onPli(int senderSsrc, int mediaSsrc) {
            onPictureLoss(mediaSsrc);
        }

        @Override
        public void onFir(int senderSsrc, int mediaSsrc, int commandSeq) {
            onPictureLoss(mediaSsrc);
        }

        @Override
        public void onRemb(int senderSsrc, Remb remb) {
            allocator.onEstimate(remb.bitrateBps());
        }

        /// Answered with no delay, as it is answered at once (RFC 3611 §4.5).
        @Override
        public void onReceiverReferenceTime(int ssrc, long ntp) {
            if (streams.isEmpty()) {
                return;
            }
            writer.begin(buffer, 0);
            writer.dlrr(streams.getFirst().ssrc(), ssrc, NtpTime.compact(ntp), 0);
            flush();
        }

        /// One key frame request a compound and stream is enough.
        private void onPictureLoss(int mediaSsrc) {
            SendStream stream = bySsrc.get(mediaSsrc);
            if (stream == null) {
                return;
            }
            if (pictureLost != null && pictureLost.ssrc() != mediaSsrc) {
                pictureLost.onPictureLoss(nowNs);
            }
            pictureLost = stream;
        }
    }
}

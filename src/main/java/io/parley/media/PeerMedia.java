package io.parley.media;

import io.parley.sfu.forward.Forwarder;
import io.parley.sfu.receive.ReceiveDropReason;
import io.parley.sfu.receive.ReceiveSettings;
import io.parley.sfu.receive.Source;
import io.parley.sfu.receive.SourceListener;
import io.parley.sfu.receive.StreamRouter;
import io.parley.sfu.send.PacketSink;
import io.parley.sfu.send.SendListener;
import io.parley.sfu.send.SendRouter;
import io.parley.sfu.send.SendStream;
import io.parley.webrtc.ortc.LayerWish;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.rtcp.RtcpDropReason;
import io.parley.webrtc.rtp.RtpDropReason;
import io.parley.webrtc.rtp.RtpPacket;
import io.parley.webrtc.srtp.RollOvers;
import io.parley.webrtc.srtp.SrtpDropReason;
import io.parley.webrtc.srtp.SrtpFactory;
import io.parley.webrtc.srtp.SrtpKeys;
import io.parley.webrtc.srtp.SrtpOpener;
import io.parley.webrtc.srtp.SrtpSealer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/// A peer's media, both ways: opened packets go to its stream router, forwarded ones come back
/// sealed into its send area. The one place where `sfu` meets transport. Owned by its peer.
final class PeerMedia implements PacketSink {
    /// Whoever publishes is woken no later than this after a packet.
    private static final long MEDIA_TICK_NS = 10_000_000;

    private final Peer peer;
    private final SourceTable sources;

    private final StreamRouter router;
    private final SendRouter sender;
    private final SendArea area;
    private final RtpPacket packet = new RtpPacket();
    private final Map<String, Source> sourcesByMid = new HashMap<>();
    private final Map<SendId, Sending> sendings = new HashMap<>();

    private @Nullable SrtpSealer sealer;
    private @Nullable SrtpOpener opener;

    PeerMedia(
            Peer peer,
            SourceTable sources,
            ReceiveSettings receiveSettings,
            RandomGenerator random) {
        this.peer = peer;
        this.sources = sources;
        this.area = new SendArea(peer.loop().sendMemory());
        var events = new Events();
        this.router = new StreamRouter(receiveSettings, this::sendRtcp, events, random.nextInt());
        this.sender = new SendRouter(this, events, random);
    }

    void onKeys(SrtpKeys keys, RollOvers rollOvers) {
        sealer = SrtpFactory.sealer(keys);
        opener = SrtpFactory.opener(keys, rollOvers);
    }

    // ---- inputs

    /// True when the packet was authentic, whatever it was good for.
    boolean onSrtp(long nowNs, byte[] b, int offset, int length) {
        SrtpOpener keyed = opener;
        if (keyed == null) {
            peer.drops().count(MediaDropReason.NO_KEYS);
            return false;
        }
        int opened = keyed.openRtp(b, offset, length);
        if (opened < 0) {
            peer.drops().count(SrtpDropReason.ofResult(opened));
            return false;
        }
        RtpDropReason malformed = packet.wrap(b, offset, opened);
        if (malformed != null) {
            peer.drops().count(malformed);
            return true;
        }
        ReceiveDropReason dropped = router.onRtp(nowNs, packet);
        if (dropped != null) {
            peer.drops().count(dropped);
        }
        peer.loop().wakeBy(peer, nowNs + MEDIA_TICK_NS);
        return true;
    }

    /// As [#onSrtp].
    boolean onSrtcp(long nowNs, byte[] b, int offset, int length) {
        SrtpOpener keyed = opener;
        if (keyed == null) {
            peer.drops().count(MediaDropReason.NO_KEYS);
            return false;
        }
        int opened = keyed.openRtcp(b, offset, length);
        if (opened < 0) {
            peer.drops().count(SrtpDropReason.ofResult(opened));
            return false;
        }
        RtcpDropReason malformed = router.onRtcp(nowNs, b, offset, opened);
        if (malformed == null) {
            malformed = sender.onRtcp(nowNs, b, offset, opened);
        }
        if (malformed != null) {
            peer.drops().count(malformed);
        }
        return true;
    }

    void receive(RtpReceiveParameters parameters) {
        Source source = router.configure(parameters);
        Source before = sourcesByMid.put(parameters.mid(), source);
        if (before != null && before != source) {
            sources.remove(before);
        }
        sources.put(source);
    }

    void stopReceive(String mid) {
        Source source = sourcesByMid.remove(mid);
        if (source != null) {
            router.remove(mid);
            sources.remove(source);
        }
    }

    void muteSource(long nowNs, SourceId id, boolean muted) {
        for (Source source : sourcesByMid.values()) {
            if (source.id().equals(id)) {
                source.setMuted(nowNs, muted);
            }
        }
    }

    void send(RtpSendParameters parameters, LayerWish wish) {
        Sending before = sendings.get(parameters.id());
        if (before != null && before.isSameStream(parameters)) {
            before.renegotiate(parameters, wish);
            return;
        }
        stopSend(parameters.id());
        var sending = new Sending(parameters, wish);
        sendings.put(parameters.id(), sending);
        sources.watch(parameters.source(), sending);
    }

    void setWish(SendId id, LayerWish wish) {
        Sending sending = sendings.get(id);
        if (sending != null) {
            sending.setWish(wish);
        }
    }

    void stopSend(SendId id) {
        Sending sending = sendings.remove(id);
        if (sending != null) {
            sending.end();
        }
    }

    /// The round trip as ICE measures it, -1 while unknown; the subscriber's reports know better.
    void onPathRtt(long measuredNs) {
        long reportedNs = sender.rttNs();
        router.assumeRtt(reportedNs >= 0 ? reportedNs : measuredNs);
    }

    void onTime(long nowNs) {
        if (nowNs >= router.nextWakeNs()) {
            router.onTime(nowNs);
        }
        if (nowNs >= sender.nextWakeNs()) {
            sender.onTime(nowNs);
        }
    }

    long nextWakeNs() {
        return Math.min(router.nextWakeNs(), sender.nextWakeNs());
    }

    /// One subscription: forwards as long as its source is there.
    private final class Sending implements SourceTable.Watcher {
        private final SendStream stream;
        private final SourceId sourceId;
        private LayerWish wish;
        private @Nullable Forwarder forwarder;

        Sending(RtpSendParameters parameters, LayerWish wish) {
            this.stream = sender.add(parameters);
            this.sourceId = parameters.source();
            this.wish = wish;
        }

        @Override
        public void onSource(Source source) {
            long nowNs = peer.loop().nowNs();
            if (forwarder == null) {
                forwarder = new Forwarder(nowNs, stream, source, wish, sender.allocator());
            } else {
                forwarder.update(nowNs, stream.parameters(), source);
            }
        }

        /// The forwarder stays: should the source come back, the stream's numbers go on.
        @Override
        public void onSourceGone() {
            if (forwarder != null) {
                forwarder.end(peer.loop().nowNs());
            }
        }

        @Override
        public void onFault(RuntimeException fault) {
            peer.onFaultInBatch(fault);
        }

        boolean isSameStream(RtpSendParameters parameters) {
            return stream.ssrc() == parameters.ssrc() && sourceId.equals(parameters.source());
        }

        void renegotiate(RtpSendParameters parameters, LayerWish wanted) {
            Source source = sources.find(sourceId);
            if (forwarder != null && source != null) {
                forwarder.update(peer.loop().nowNs(), parameters, source);
            } else {
                stream.update(parameters);
            }
            setWish(wanted);
        }

        void setWish(LayerWish wanted) {
            wish = wanted;
            if (forwarder != null) {
                forwarder.setWish(peer.loop().nowNs(), wanted);
            }
        }

        /// The stream stays for as long as its last picture takes to blank.
        void end() {
            onSourceGone();
            sources.unwatch(sourceId, this);
            sender.retire(stream);
        }

        /// Nobody is there any more to see it.
        void drop() {
            if (forwarder != null) {
                forwarder.close();
            }
            sources.unwatch(sourceId, this);
            sender.remove(stream);
        }
    }

    // ---- outputs

    @Override
    public void sendRtp(
            byte[] head,
            int rtpHeaderLength,
            int headLength,
            byte[] payload,
            int payloadOffset,
            int payloadLength) {
        SrtpSealer keyed = sealer;
        if (keyed == null) {
            peer.drops().count(MediaDropReason.NO_KEYS);
            return;
        }
        if (headLength + payloadLength + SendArea.OVERHEAD_BYTES > SendArea.SLOT_BYTES) {
            peer.drops().count(MediaDropReason.TOO_LONG);
            return;
        }
        int slot = area.nextSlot();
        byte[] bytes = area.bytes();
        System.arraycopy(head, 0, bytes, slot, headLength);
        committed(
                keyed.sealRtp(
                        bytes,
                        slot,
                        rtpHeaderLength,
                        headLength,
                        payload,
                        payloadOffset,
                        payloadLength));
    }

    @Override
    public boolean isOpen() {
        return sealer != null;
    }

    /// Often for another peer, who lacks a key frame: a fault in here is not that one's.
    @Override
    public void sendRtcp(byte[] buffer, int offset, int length) {
        try {
            sealRtcp(buffer, offset, length);
        } catch (RuntimeException e) {
            peer.onFaultInBatch(e);
        }
    }

    private void sealRtcp(byte[] buffer, int offset, int length) {
        SrtpSealer keyed = sealer;
        if (keyed == null) {
            peer.drops().count(MediaDropReason.NO_KEYS);
            return;
        }
        int slot = area.nextSlot();
        System.arraycopy(buffer, offset, area.bytes(), slot, length);
        committed(keyed.sealRtcp(area.bytes(), slot, length));
    }

    private void committed(int length) {
        area.commit(length);
        if (area.isFull()) {
            peer.flushFull();
        } else {
            peer.markDirty();
        }
    }

    SendArea area() {
        return area;
    }

    PeerEvent.StatsReported takeStats(long nowNs) {
        List<PeerEvent.ReceiveStats> receives =
                router.takeStats().stream()
                        .map(stats ->
                                new PeerEvent.ReceiveStats(
                                        stats.source(),
                                        stats.mimeType(),
                                        stats.packets(),
                                        stats.packetsLost(),
                                        stats.bytes(),
                                        stats.jitterMs(),
                                        stats.rttMs()))
                        .toList();
        List<PeerEvent.SendStats> sends =
                sender.takeStats(nowNs).stream()
                        .map(stats ->
                                new PeerEvent.SendStats(
                                        stats.id(),
                                        stats.packets(),
                                        stats.packetsLost(),
                                        stats.bytes(),
                                        stats.layerDistance(),
                                        stats.rttMs(),
                                        stats.reportAgeMs()))
                        .toList();
        return new PeerEvent.StatsReported(receives, sends);
    }

    void close() {
        sendings.values().forEach(Sending::drop);
        sendings.clear();
        List.copyOf(sourcesByMid.keySet()).forEach(this::stopReceive);
    }

    private final class Events implements SourceListener, SendListener {
        @Override
        public void onLayerStarted(
                SourceId source, int spatialLayer, String mimeType, int ssrc, String rid) {
            peer.emit(new PeerEvent.LayerStarted(source, spatialLayer, mimeType, ssrc, rid));
        }

        @Override
        public void onSsrcLearned(SourceId source, int spatialLayer, int ssrc, int rtxSsrc) {
            peer.emit(new PeerEvent.SsrcLearned(source, spatialLayer, ssrc, rtxSsrc));
        }

        @Override
        public void onLayerStopped(SourceId source, int spatialLayer) {
            peer.emit(new PeerEvent.LayerStopped(source, spatialLayer));
        }

        @Override
        public void onVideoSizeChanged(SourceId source, int spatialLayer, int width, int height) {
            peer.emit(new PeerEvent.VideoSizeChanged(source, spatialLayer, width, height));
        }

        @Override
        public void onAudioLevelChanged(SourceId source, double level) {
            peer.emit(new PeerEvent.AudioLevelChanged(source, level));
        }

        @Override
        public void onSendStarted(SendId id) {
            peer.emit(new PeerEvent.SendStarted(id));
        }

        @Override
        public void onSendUnsupported(SendId id, String mimeType) {
            peer.emit(new PeerEvent.SendUnsupported(id, mimeType));
        }

        @Override
        public void onSendFault(RuntimeException fault) {
            peer.onFaultInBatch(fault);
        }

        @Override
        public void onWakeWanted(long atNs) {
            peer.loop().wakeBy(peer, atNs);
        }
    }
}

package io.parley.scenario;

import io.parley.sim.CheckedVideo;
import io.parley.sim.SyntheticVideo;
import io.parley.webrtc.ortc.DtlsFingerprint;
import io.parley.webrtc.ortc.IceParameters;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpWriter;
import io.parley.webrtc.sdp.MediaSection;
import io.parley.webrtc.sdp.SdpCodec;
import io.parley.webrtc.sdp.SessionDescription;
import io.parley.webrtc.sdp.SsrcGroup;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import livekit.LivekitRtc.SignalRequest;
import livekit.LivekitRtc.SignalTarget;
import livekit.LivekitRtc.TrickleRequest;

/// A client's peer connection: a transport, what is sent over it and what is received. Descriptions
/// are handled on the caller's thread, packets on the transport's.
public final class ClientPeer implements ClientTransport.Listener {
    private static final long AUDIO_NS = 20_000_000;
    private static final long VIDEO_NS = 33_000_000;
    private static final long FEEDBACK_NS = 20_000_000;

    /// Takes what arrives, on the transport's loop.
    public interface Intake {
        void onMessage(String label, byte[] payload);

        default void onPacket(long nowNs, ReceivedTrack track) {}
    }

    public final ClientTransport transport;
    final Map<Integer, ReceivedTrack> tracksBySsrc = new ConcurrentHashMap<>();
    public final List<ClientSdp.Section> sections = new ArrayList<>();

    private final Intake intake;
    private final List<Sender> senders = new CopyOnWriteArrayList<>();
    private final byte[] buffer = new byte[1500];
    private volatile boolean remoteKnown;
    private long nextFeedbackNs;

    ClientPeer(ClientTransport.Options options, Intake intake) {
        this(options, intake, new ClientLoop("client"), true);
    }

    /// On a loop that others use too.
    public ClientPeer(ClientTransport.Options options, Intake intake, ClientLoop loop) {
        this(options, intake, loop, false);
    }

    private ClientPeer(
            ClientTransport.Options options, Intake intake, ClientLoop loop, boolean ownsLoop) {
        this.intake = intake;
        this.transport = new ClientTransport(options, this, loop, ownsLoop);
        transport.begin();
    }

    /// Our candidates, as messages of the signal connection.
    public List<SignalRequest.Builder> trickle(SignalTarget target) {
        return transport.candidates().stream()
                .map(candidate ->
                        TrickleRequest.newBuilder()
                                .setTarget(target)
                                .setFinal(true)
                                .setCandidateInit(
                                        "{\"candidate\":\"%s\",\"sdpMid\":\"0\",\"sdpMLineIndex\":0}"
                                                .formatted(candidate)))
                .map(trickle -> SignalRequest.newBuilder().setTrickle(trickle))
                .toList();
    }

    public void onTrickle(TrickleRequest trickle) {
        String json = trickle.getCandidateInit();
        int start = json.indexOf("candidate:");
        int end = start < 0 ? -1 : json.indexOf('"', start);
        if (end > start) {
            transport.addCandidate(json.substring(start, end));
        }
    }

    /// A microphone or a camera. Sends from the moment it is connected and not muted.
    public final class Sender implements SyntheticVideo.Sink {
        final String mid;
        final SyntheticVideo video;
        final boolean isVideo;
        volatile boolean paused;
        private volatile long audioNs = AUDIO_NS;
        private final int audioSsrc = new Random().nextInt(1, Integer.MAX_VALUE);
        private final RtpWriter writer = new RtpWriter();
        private final byte[] packet = new byte[300];
        private int seq;
        private long nextNs;

        Sender(String mid, boolean isVideo, List<String> rids) {
            this.mid = mid;
            this.isVideo = isVideo;
            this.video =
                    new SyntheticVideo(
                            new SyntheticVideo.Section(
                                    mid, ClientSdp.VP8, ClientSdp.VP8_RTX, ClientSdp.IDS, rids),
                            new Random(),
                            this);
        }

        /// Packets of audio come at that distance.
        public void pace(Duration value) {
            audioNs = value.toNanos();
        }

        void onTime(long nowNs) {
            if (paused || nowNs < nextNs) {
                return;
            }
            nextNs = nowNs + (isVideo ? VIDEO_NS : audioNs);
            if (!isVideo) {
                sendAudio();
                return;
            }
            video.sendFrame(nowNs);
            if (video.frames() % 10 == 1) {
                video.sendReports(nowNs);
            }
        }

        private void sendAudio() {
            writer.begin(packet, 0, ClientSdp.OPUS, false, seq & 0xFFFF, seq * 960, audioSsrc);
            byte[] name = mid.getBytes(StandardCharsets.UTF_8);
            writer.addExtension(ClientSdp.IDS.mid(), name, 0, name.length);
            packet[writer.reserveExtension(ClientSdp.IDS.audioLevel(), 1)] = (byte) (0x80 | 10);
            int header = writer.finish();
            seq++;
            transport.sendRtp(packet, header, header + 80);
        }

        @Override
        public void sendRtp(byte[] bytes, int headerLength, int length) {
            transport.sendRtp(bytes, headerLength, length);
        }

        @Override
        public void sendRtcp(byte[] bytes, int offset, int length) {
            transport.sendRtcp(bytes, offset, length);
        }
    }

    public Sender addSender(String mid, boolean isVideo, List<String> rids) {
        var sender = new Sender(mid, isVideo, rids);
        senders.add(sender);
        return sender;
    }

    void removeSender(Sender sender) {
        senders.remove(sender);
    }

    public String offer() {
        return ClientSdp.offer(sections, transport);
    }

    /// The server's offer or answer: where it is and what it sends.
    public void onRemote(SessionDescription description) {
        for (MediaSection section : description.sections()) {
            learnTrack(section);
        }
        for (MediaSection section : description.sections()) {
            if (!section.isRejected()) {
                learnTransport(description, section);
                return;
            }
        }
    }

    private void learnTransport(SessionDescription description, MediaSection section) {
        List<DtlsFingerprint> fingerprints =
                description.fingerprints(section).stream()
                        .map(each -> new DtlsFingerprint(each.algorithm(), each.value()))
                        .toList();
        transport.setRemote(
                new IceParameters(
                        description.value(section, "ice-ufrag"),
                        description.value(section, "ice-pwd"),
                        description.isIceLite()),
                fingerprints);
        section.candidates().forEach(transport::addCandidate);
        remoteKnown = true;
    }

    private void learnTrack(MediaSection section) {
        boolean sends = section.direction().sends() && !section.isRejected();
        if (section.media().equals("application") || !sends || section.ssrcs().isEmpty()) {
            tracksBySsrc.values().removeIf(track -> track.mid.equals(section.mid()));
            return;
        }
        int ssrc = section.ssrcs().getFirst().ssrc();
        int rtxSsrc = 0;
        for (SsrcGroup group : section.ssrcGroups()) {
            ssrc = group.ssrcs().get(0);
            rtxSsrc = group.ssrcs().get(1);
        }
        if (tracksBySsrc.containsKey(ssrc)) {
            return;
        }
        tracksBySsrc.values().removeIf(track -> track.mid.equals(section.mid()));
        var track =
                new ReceivedTrack(
                        section.mid(),
                        section.msid().streamId(),
                        section.msid().trackId(),
                        ssrc,
                        rtxSsrc,
                        section.media().equals("video") ? checked(section, ssrc, rtxSsrc) : null);
        tracksBySsrc.put(ssrc, track);
        if (rtxSsrc != 0) {
            tracksBySsrc.put(rtxSsrc, track);
        }
    }

    private static CheckedVideo checked(MediaSection section, int ssrc, int rtxSsrc) {
        int payloadType = -1;
        int rtx = -1;
        for (SdpCodec codec : ClientSdp.known(section)) {
            payloadType = codec.isNamed("VP8") ? codec.payloadType() : payloadType;
            rtx = codec.isNamed("rtx") ? codec.payloadType() : rtx;
        }
        return new CheckedVideo(ssrc, rtxSsrc, payloadType, rtx);
    }

    boolean isRemoteKnown() {
        return remoteKnown;
    }

    @Override
    public void onTime(long nowNs) {
        if (!transport.isConnected()) {
            return;
        }
        senders.forEach(sender -> sender.onTime(nowNs));
        if (nowNs >= nextFeedbackNs) {
            nextFeedbackNs = nowNs + FEEDBACK_NS;
            for (ReceivedTrack track : tracksBySsrc.values()) {
                int length = track.video == null ? 0 : track.video.writeFeedback(nowNs, buffer);
                if (length > 0) {
                    transport.sendRtcp(buffer, 0, length);
                }
            }
        }
    }

    @Override
    public void onRtp(long nowNs, byte[] packet, int length) {
        ReceivedTrack track = tracksBySsrc.get(RtpBytes.i32(packet, 8));
        if (track != null) {
            track.onRtp(nowNs, packet, length);
            intake.onPacket(nowNs, track);
        }
    }

    @Override
    public void onRtcp(long nowNs, byte[] packet, int length) {
        senders.forEach(sender -> sender.video.onRtcp(packet, 0, length));
    }

    @Override
    public void onMessage(String label, boolean binary, byte[] payload) {
        intake.onMessage(label, payload);
    }

    List<ReceivedTrack> tracks() {
        return tracksBySsrc.values().stream().distinct().toList();
    }
}

package io.parley.media;

import io.parley.sfu.send.PacketSink;
import io.parley.webrtc.ortc.CodecParameters;
import io.parley.webrtc.ortc.EncodingParameters;
import io.parley.webrtc.ortc.HeaderExtensionIds;
import io.parley.webrtc.ortc.HeaderExtensionIds.Extension;
import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import io.parley.webrtc.ortc.RtpReceiveParameters;
import io.parley.webrtc.ortc.RtpReceiveParameters.TrackTraits;
import io.parley.webrtc.ortc.SourceId;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.NtpTime;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The microphone and the camera of a rehearsal: Opus, and VP8 of 320, 640 and 1280 pixels as
/// browsers send it, with pictures of nothing. Owned by the loop of the browser's end.
final class RehearsalCamera {
    static final CodecParameters OPUS =
            new CodecParameters(
                    "audio/opus",
                    111,
                    CodecParameters.NO_RTX,
                    48_000,
                    2,
                    "minptime=10;useinbandfec=1",
                    Set.of(RtcpFeedback.NACK));
    static final CodecParameters VP8 =
            new CodecParameters(
                    "video/VP8",
                    96,
                    97,
                    90_000,
                    0,
                    "",
                    Set.of(
                            RtcpFeedback.NACK,
                            RtcpFeedback.NACK_PLI,
                            RtcpFeedback.CCM_FIR,
                            RtcpFeedback.TRANSPORT_CC));

    private static final int LEVEL_ID = 1;
    private static final int TRANSPORT_CC_ID = 3;
    private static final int MID_ID = 4;
    private static final HeaderExtensionIds IDS =
            HeaderExtensionIds.NONE
                    .with(Extension.AUDIO_LEVEL, LEVEL_ID)
                    .with(Extension.TRANSPORT_CC, TRANSPORT_CC_ID)
                    .with(Extension.MID, MID_ID)
                    .with(Extension.RID, 10)
                    .with(Extension.REPAIRED_RID, 11)
                    .with(Extension.DEPENDENCY_DESCRIPTOR, 12);

    private static final char AUDIO_MID = '1';
    private static final char VIDEO_MID = '2';
    private static final int AUDIO_SSRC = 1111;
    private static final int VIDEO_SSRC = 2222;
    private static final int SOUND_BYTES = 80;
    private static final int PICTURE_BYTES = 1100;
    private static final int[] PACKETS_PER_FRAME = {1, 2, 7};
    private static final int KEY_FRAME_FACTOR = 4;
    private static final int KEY_FRAME_INTERVAL = 100;
    private static final int[] TEMPORAL_PATTERN = {0, 2, 1, 2};

    private final PacketSink sink;

    private final List<Stream> layers = new ArrayList<>();
    private final Stream audio = new Stream(AUDIO_SSRC, 48);
    private final RtpWriter rtp = new RtpWriter();
    private final RtcpWriter rtcp = new RtcpWriter();
    private final byte[] head = new byte[256];
    private final byte[] report = new byte[RtcpWriter.SENDER_REPORT_BYTES];
    private final byte[] filling = new byte[PICTURE_BYTES];

    private int transportSeq;
    private int frames;

    /// What is counted of one SSRC.
    private static final class Stream {
        private final int ssrc;
        private final int clockKhz;
        private int seq;
        private int octets;
        private int picture;
        private int tl0;
        private int keys;

        Stream(int ssrc, int clockKhz) {
            this.ssrc = ssrc;
            this.clockKhz = clockKhz;
        }

        int timestamp(long nowNs) {
            return (int) (nowNs / 1000 * clockKhz / 1000);
        }
    }

    RehearsalCamera(PacketSink sink) {
        this.sink = sink;
        for (int layer = 0; layer < PACKETS_PER_FRAME.length; layer++) {
            layers.add(new Stream(VIDEO_SSRC + 10 * layer, 90));
        }
    }

    static RtpReceiveParameters audioSection(SourceId source) {
        return new RtpReceiveParameters(
                String.valueOf(AUDIO_MID),
                MediaKind.AUDIO,
                source,
                List.of(OPUS),
                IDS,
                List.of(new EncodingParameters("", 0, AUDIO_SSRC, 0)),
                new TrackTraits(false, false, true, false));
    }

    static RtpReceiveParameters videoSection(SourceId source) {
        List<EncodingParameters> encodings = new ArrayList<>();
        for (int layer = 0; layer < PACKETS_PER_FRAME.length; layer++) {
            int ssrc = VIDEO_SSRC + 10 * layer;
            encodings.add(
                    new EncodingParameters("qhf".substring(layer, layer + 1), layer, ssrc, 0));
        }
        return new RtpReceiveParameters(
                String.valueOf(VIDEO_MID),
                MediaKind.VIDEO,
                source,
                List.of(VP8),
                IDS,
                encodings,
                new TrackTraits(false, false, false, false));
    }

    /// One packet of speech.
    void sendSound(long nowNs) {
        begin(OPUS, audio, nowNs, false, AUDIO_MID);
        head[rtp.reserveExtension(LEVEL_ID, 1)] = (byte) (0x80 | 30);
        send(audio, rtp.finish(), 0, SOUND_BYTES);
    }

    /// One picture in every layer, now and then a key frame.
    void sendFrame(long nowNs) {
        boolean key = frames % KEY_FRAME_INTERVAL == 0;
        int temporal = key ? 0 : TEMPORAL_PATTERN[frames % TEMPORAL_PATTERN.length];
        for (int layer = 0; layer < layers.size(); layer++) {
            Stream stream = layers.get(layer);
            stream.picture = (stream.picture + 1) & 0x7FFF;
            stream.tl0 += temporal == 0 ? 1 : 0;
            stream.keys += key ? 1 : 0;
            int packets = PACKETS_PER_FRAME[layer] * (key ? KEY_FRAME_FACTOR : 1);
            for (int i = 0; i < packets; i++) {
                begin(VP8, stream, nowNs, i == packets - 1, VIDEO_MID);
                int header = rtp.finish();
                int descriptor = descriptor(stream, header, i == 0, temporal);
                int start = i == 0 ? frameHeader(header + descriptor, key, layer) : 0;
                send(stream, header, descriptor + start, PICTURE_BYTES - descriptor - start);
            }
        }
        frames++;
    }

    private void begin(CodecParameters codec, Stream stream, long nowNs, boolean marker, char mid) {
        int timestamp = stream.timestamp(nowNs);
        rtp.begin(
                head,
                0,
                codec.payloadType(),
                marker,
                stream.seq++ & 0xFFFF,
                timestamp,
                stream.ssrc);
        head[rtp.reserveExtension(MID_ID, 1)] = (byte) mid;
        RtpBytes.put16(head, rtp.reserveExtension(TRANSPORT_CC_ID, 2), transportSeq++ & 0xFFFF);
    }

    private void send(Stream stream, int header, int started, int rest) {
        stream.octets += started + rest;
        sink.sendRtp(head, header, header + started, filling, 0, rest);
    }

    /// RFC 7741 §4.2, with everything that browsers write.
    private int descriptor(Stream stream, int at, boolean first, int temporal) {
        head[at] = (byte) (0x80 | (first ? 0x10 : 0));
        head[at + 1] = (byte) 0xF0;
        RtpBytes.put16(head, at + 2, 0x8000 | stream.picture);
        head[at + 4] = (byte) stream.tl0;
        head[at + 5] = (byte) ((temporal << 6) | (stream.keys & 0x1F));
        return 6;
    }

    /// RFC 6386 §9.1.
    private int frameHeader(int at, boolean key, int layer) {
        head[at] = (byte) (key ? 0x10 : 0x11);
        head[at + 1] = 0;
        head[at + 2] = 0;
        RtpBytes.put24(head, at + 3, 0x9D012A);
        putLittle16(at + 6, 320 << layer);
        putLittle16(at + 8, 180 << layer);
        return 10;
    }

    private void putLittle16(int at, int value) {
        head[at] = (byte) value;
        head[at + 1] = (byte) (value >> 8);
    }

    /// A sender report for each SSRC.
    void sendReports(long nowNs, long epochMs) {
        sendReport(audio, nowNs, epochMs);
        layers.forEach(layer -> sendReport(layer, nowNs, epochMs));
    }

    private void sendReport(Stream stream, long nowNs, long epochMs) {
        rtcp.begin(report, 0);
        rtcp.senderReport(
                stream.ssrc,
                NtpTime.ofEpochNs(epochMs * 1_000_000),
                stream.timestamp(nowNs),
                stream.seq,
                stream.octets);
        sink.sendRtcp(report, 0, rtcp.size());
    }
}

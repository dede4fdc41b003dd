package io.parley.sim;

import io.parley.webrtc.codec.Vp8Descriptor;
import io.parley.webrtc.rtcp.RtcpWriter;
import io.parley.webrtc.rtp.RtpBytes;
import io.parley.webrtc.rtp.RtpPacket;
import io.parley.webrtc.rtp.SequenceUnwrapper;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// A subscriber's view of [SyntheticVideo]: asks for what is missing, takes packets in order and
/// holds the stream to its promises: one frame after the other, switches on key frames only,
/// picture ids and timestamps without a jump back.
public final class CheckedVideo {
    private static final long NACK_AFTER_NS = 10_000_000L;
    private static final long NACK_RETRY_NS = 60_000_000L;
    private static final int PATIENT_TRIES = 4;
    private static final int MAX_TRIES = 12;
    private static final long NONE = -1;

    private final int ssrc;
    private final int rtxSsrc;
    private final int payloadType;
    private final int rtxPayloadType;

    private final SequenceUnwrapper unwrapper = new SequenceUnwrapper();
    private final RtpPacket packet = new RtpPacket();
    private final Vp8Descriptor descriptor = new Vp8Descriptor();
    private final RtcpWriter writer = new RtcpWriter();
    private final TreeMap<Long, byte[]> waiting = new TreeMap<>();
    private final TreeMap<Long, Missing> missing = new TreeMap<>();

    private long first = NONE;
    private long next = NONE;
    private long highest = NONE;
    private boolean inFrame;
    private boolean broken = true;
    private int layer = -1;
    private int frame = -1;
    private int index;
    private int pictureId = -1;
    private int timestamp;

    private int frames;
    private int switches;
    private int repaired;
    private int givenUp;
    private int skipped;
    private int duplicates;
    private int blanks;
    private int truncated;
    private boolean wantsPicture;

    public CheckedVideo(int ssrc, int rtxSsrc, int payloadType, int rtxPayloadType) {
        this.ssrc = ssrc;
        this.rtxSsrc = rtxSsrc;
        this.payloadType = payloadType;
        this.rtxPayloadType = rtxPayloadType;
    }

    private static final class Missing {
        private long dueNs;
        private int tries;

        Missing(long dueNs) {
            this.dueNs = dueNs;
        }
    }

    /// False when the packet is of another stream.
    public boolean onRtp(long nowNs, byte[] bytes, int length) {
        if (packet.wrap(bytes, 0, length) != null) {
            throw new AssertionError("forwarded packet is malformed");
        }
        boolean isRepair = packet.ssrc() == rtxSsrc && rtxSsrc != 0;
        if (packet.ssrc() != ssrc && !isRepair) {
            return false;
        }
        if (packet.isPaddingOnly() && isRepair) {
            return true;
        }
        if (isRepair) {
            require(packet.payloadType() == rtxPayloadType, "payload type of a repair");
            require(packet.unwrapRtx(payloadType, ssrc) == null, "repair without original");
        }
        require(packet.payloadType() == payloadType, "payload type " + packet.payloadType());
        take(nowNs, unwrapper.unwrap(packet.seq16()), isRepair);
        return true;
    }

    private void take(long nowNs, long seq, boolean isRepair) {
        if (first == NONE) {
            first = seq;
            next = seq;
            highest = seq - 1;
        }
        if (seq < next || waiting.containsKey(seq)) {
            duplicates++;
            return;
        }
        for (long lost = highest + 1; lost < seq; lost++) {
            missing.put(lost, new Missing(nowNs + NACK_AFTER_NS));
        }
        highest = Math.max(highest, seq);
        missing.remove(seq);
        repaired += isRepair ? 1 : 0;
        byte[] copy = new byte[packet.length()];
        System.arraycopy(packet.buffer(), packet.offset(), copy, 0, copy.length);
        waiting.put(seq, copy);
        consume();
    }

    private void consume() {
        for (byte[] head = waiting.remove(next); head != null; head = waiting.remove(next)) {
            next++;
            require(packet.wrap(head, 0, head.length) == null, "wraps again");
            if (!packet.isPaddingOnly()) {
                onPayload();
            }
        }
    }

    private void onPayload() {
        byte[] b = packet.buffer();
        require(
                descriptor.parse(b, packet.payloadOffset(), packet.payloadLength()),
                "VP8 descriptor");
        int at = packet.payloadOffset() + descriptor.headerLength();
        at += descriptor.startsFrame() ? SyntheticVideo.FRAME_HEADER_BYTES : 0;
        int end = packet.payloadOffset() + packet.payloadLength();
        if (at + 9 > end || RtpBytes.u16(b, at) != SyntheticVideo.MAGIC) {
            blanks++;
            pictureId = descriptor.pictureId();
            timestamp = packet.timestamp();
            return;
        }
        boolean key = b[at + 8] == 1;
        if (descriptor.startsFrame()) {
            onFrameStart(b[at + 2], RtpBytes.i32(b, at + 4), key);
        } else if (!broken) {
            require(inFrame, "frame goes on that has not begun");
            require(b[at + 2] == layer && RtpBytes.i32(b, at + 4) == frame, "frames are mixed");
            require(b[at + 3] == index + 1, "packet is missing inside a frame");
            require(packet.timestamp() == timestamp, "timestamp changes inside a frame");
            require(descriptor.pictureId() == pictureId, "picture id changes inside a frame");
        }
        index = b[at + 3];
        if (packet.marker() && !broken) {
            inFrame = false;
            frames++;
        }
    }

    private void onFrameStart(int newLayer, int newFrame, boolean key) {
        if (broken && !key) {
            return;
        }
        boolean switching = layer >= 0 && newLayer != layer;
        require(
                !switching || key,
                "switch from layer " + layer + " to " + newLayer + " without key frame");
        require(!inFrame || broken || switching, "frame begins inside another");
        switches += switching ? 1 : 0;
        truncated += inFrame && !broken ? 1 : 0;
        require(broken || key || newFrame == frame + 1, "frame " + newFrame + " after " + frame);
        boolean ahead = newFrame > frame || (newFrame == frame && newLayer != layer);
        require(broken || ahead, "frame " + newFrame + " repeats after " + frame);
        if (!broken) {
            require(packet.timestamp() - timestamp > 0, "timestamp goes back");
            int expected = (pictureId + 1) & 0x7FFF;
            require(
                    descriptor.pictureId() == expected,
                    "picture id " + descriptor.pictureId() + " instead of " + expected);
        }
        broken = false;
        inFrame = true;
        layer = newLayer;
        frame = newFrame;
        timestamp = packet.timestamp();
        pictureId = descriptor.pictureId();
        wantsPicture = false;
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new AssertionError(message);
        }
    }

    /// Writes what the server should hear, and says how many bytes; 0 for nothing.
    public int writeFeedback(long nowNs, byte[] into) {
        int[] due =
                missing.entrySet().stream()
                        .filter(entry -> entry.getValue().dueNs <= nowNs)
                        .limit(100)
                        .mapToInt(entry -> (int) (entry.getKey() & 0xFFFF))
                        .toArray();
        missing.values().stream()
                .filter(each -> each.dueNs <= nowNs)
                .forEach(each -> {
                    each.dueNs = nowNs + NACK_RETRY_NS;
                    each.tries++;
                });
        giveUp();
        writer.begin(into, 0);
        if (due.length > 0) {
            writer.nack(1, ssrc, due, due.length);
        }
        if (wantsPicture) {
            writer.pli(1, ssrc);
        }
        return writer.size();
    }

    /// What stays missing before a key frame is not missed, as in libwebrtc; what is asked for too
    /// often without one is lost, and the next key frame begins anew.
    private void giveUp() {
        while (!missing.isEmpty() && missing.firstEntry().getValue().tries > PATIENT_TRIES) {
            Long keyFrame = nextKeyFrame();
            if (keyFrame != null) {
                skipped += missing.headMap(keyFrame).size();
                resumeAt(keyFrame);
            } else if (missing.firstEntry().getValue().tries > MAX_TRIES) {
                givenUp++;
                wantsPicture = true;
                resumeAt(missing.firstKey() + 1);
            } else {
                return;
            }
        }
    }

    private @Nullable Long nextKeyFrame() {
        for (Map.Entry<Long, byte[]> each : waiting.tailMap(missing.firstKey()).entrySet()) {
            byte[] b = each.getValue();
            boolean wraps = packet.wrap(b, 0, b.length) == null && !packet.isPaddingOnly();
            if (wraps
                    && descriptor.parse(b, packet.payloadOffset(), packet.payloadLength())
                    && descriptor.isKeyFrame()) {
                return each.getKey();
            }
        }
        return null;
    }

    private void resumeAt(long seq) {
        missing.headMap(seq).clear();
        waiting.headMap(seq).clear();
        next = seq;
        broken = true;
        inFrame = false;
        consume();
    }

    /// Missing packets that a key frame made up for.
    public int skipped() {
        return skipped;
    }

    public int frames() {
        return frames;
    }

    /// Of the last frame; -1 before the first.
    public int layer() {
        return layer;
    }

    public int switches() {
        return switches;
    }

    public int repaired() {
        return repaired;
    }

    public int givenUp() {
        return givenUp;
    }

    public int duplicates() {
        return duplicates;
    }

    public int blanks() {
        return blanks;
    }

    /// Frames cut short by the key frame of another layer: decoders drop them.
    public int truncated() {
        return truncated;
    }

    public int stillMissing() {
        return missing.size();
    }
}

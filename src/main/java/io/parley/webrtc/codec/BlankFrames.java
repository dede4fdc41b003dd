package io.parley.webrtc.codec;

import io.parley.webrtc.rtp.RtpBytes;
import java.util.Arrays;
import java.util.HexFormat;

/// Frames that the server sends when a track is muted or closed (media contract §4.8). Clients with
/// end-to-end encryption accept these exact bytes only (they compare SHA-256 sums, §8).
public final class BlankFrames {
    /// Bytes of an Opus silence frame.
    public static final int OPUS_BYTES = 80;

    /// Bytes of a PCMU or PCMA silence frame: 20 ms.
    public static final int PCM_BYTES = 160;

    private static final byte[] VP8_8X8 =
            hex("1002009d012a080008000047088585888584880202000c0d6000feffab5080");
    private static final byte[] H264_SPS_2X2 =
            hex("6742c01f0fd91f888884000003000400000300c83c60c920");
    private static final byte[] H264_PPS_2X2 = hex("6887cb83cb20");
    private static final byte[] H264_IDR_2X2 = hex("6588840af2628000a7be");
    private static final byte[] OPUS_SILENCE = {(byte) 0xF8, (byte) 0xFF, (byte) 0xFE};

    private static final int STAP_A = 24;
    private static final byte PCMU_SILENCE = (byte) 0xFF;
    private static final byte PCMA_SILENCE = (byte) 0xD5;

    private BlankFrames() {}

    /// A whole frame of that codec with these bytes at its end, inside its last unit; empty where
    /// the server has none. Of VP8 it is what follows the payload descriptor.
    public static byte[] of(Codec codec, byte[] tail) {
        byte[] frame = new byte[PCM_BYTES + tail.length];
        int length =
                switch (codec) {
                    case OPUS -> writeOpus(frame, 0);
                    case PCMU, PCMA -> writePcm(codec, frame, 0);
                    case VP8 -> writeVp8(frame, 0);
                    case H264 -> writeH264(frame, 0);
                    case RED, VP9, H265, AV1, UNKNOWN -> 0;
                };
        if (length == 0) {
            return new byte[0];
        }
        if (codec == Codec.H264) {
            int lastUnit = H264_IDR_2X2.length + tail.length;
            RtpBytes.put16(frame, length - H264_IDR_2X2.length - 2, lastUnit);
        }
        System.arraycopy(tail, 0, frame, length, tail.length);
        return Arrays.copyOf(frame, length + tail.length);
    }

    /// Writes an 8×8 VP8 key frame, to follow the payload descriptor; returns its length.
    public static int writeVp8(byte[] dst, int at) {
        System.arraycopy(VP8_8X8, 0, dst, at, VP8_8X8.length);
        return VP8_8X8.length;
    }

    /// Writes a 2×2 H.264 key frame as one aggregation packet; returns its length.
    public static int writeH264(byte[] dst, int at) {
        dst[at] = STAP_A;
        int end = writeNal(H264_SPS_2X2, dst, at + 1);
        end = writeNal(H264_PPS_2X2, dst, end);
        return writeNal(H264_IDR_2X2, dst, end) - at;
    }

    /// Writes a frame of Opus silence; returns its length.
    public static int writeOpus(byte[] dst, int at) {
        Arrays.fill(dst, at, at + OPUS_BYTES, (byte) 0);
        System.arraycopy(OPUS_SILENCE, 0, dst, at, OPUS_SILENCE.length);
        return OPUS_BYTES;
    }

    /// Writes Opus silence as the only block of a RED payload; returns its length.
    public static int writeRed(int opusPayloadType, byte[] dst, int at) {
        int head = RedPayload.writePrimaryHeader(dst, at, opusPayloadType);
        return head + writeOpus(dst, at + head);
    }

    /// Writes 20 ms of silence in that G.711 law; returns its length.
    public static int writePcm(Codec codec, byte[] dst, int at) {
        byte silence = codec == Codec.PCMA ? PCMA_SILENCE : PCMU_SILENCE;
        Arrays.fill(dst, at, at + PCM_BYTES, silence);
        return PCM_BYTES;
    }

    private static int writeNal(byte[] nal, byte[] dst, int at) {
        RtpBytes.put16(dst, at, nal.length);
        System.arraycopy(nal, 0, dst, at + 2, nal.length);
        return at + 2 + nal.length;
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits);
    }
}

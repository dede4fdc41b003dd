package io.parley.webrtc.rtp;

import java.util.Arrays;

/// Reads and writes the values of the header extensions that LiveKit negotiates.
public final class HeaderExtensions {
    public static final String MID = "urn:ietf:params:rtp-hdrext:sdes:mid";
    public static final String RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id";
    public static final String REPAIRED_RID =
            "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id";
    public static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";
    public static final String TRANSPORT_CC =
            "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01";
    public static final String ABS_SEND_TIME =
            "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time";
    public static final String ABS_CAPTURE_TIME =
            "http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time";
    public static final String PLAYOUT_DELAY =
            "http://www.webrtc.org/experiments/rtp-hdrext/playout-delay";
    public static final String DEPENDENCY_DESCRIPTOR =
            "https://aomediacodec.github.io/av1-rtp-spec/#dependency-descriptor-rtp-header-extension";
    public static final String FRAME_MARKING = "urn:ietf:params:rtp-hdrext:framemarking";

    public static final int ABS_SEND_TIME_BYTES = 3;
    public static final int TRANSPORT_SEQ_BYTES = 2;
    public static final int PLAYOUT_DELAY_BYTES = 3;
    public static final int ABS_CAPTURE_TIME_BYTES = 8;
    public static final int ABS_CAPTURE_TIME_WITH_OFFSET_BYTES = 16;

    private static final int MAX_PLAYOUT_DELAY_UNITS = 0xFFF;

    private HeaderExtensions() {}

    /// The level of `b[at]` in -dBov: 0 is loudest, 127 is silence (RFC 6464 §3).
    public static int audioLevel(byte[] b, int at) {
        return b[at] & 0x7F;
    }

    /// The sender's opinion that `b[at]` belongs to speech (RFC 6464 §3).
    public static boolean audioLevelVoice(byte[] b, int at) {
        return b[at] < 0;
    }

    /// When the packet left: seconds modulo 64 with 18 bits of fraction.
    public static int absSendTime24(long ntp) {
        return (int) (ntp >>> 14) & 0xFFFFFF;
    }

    /// Writes when the packet left.
    public static void writeAbsSendTime(byte[] dst, int at, int time24) {
        RtpBytes.put24(dst, at, time24);
    }

    /// The transport-wide sequence number.
    public static int transportSeq16(byte[] b, int at) {
        return RtpBytes.u16(b, at);
    }

    /// Writes the transport-wide sequence number.
    public static void writeTransportSeq16(byte[] dst, int at, int seq16) {
        RtpBytes.put16(dst, at, seq16);
    }

    /// The capture time, as NTP; the value is 8 or 16 bytes long.
    public static long absCaptureTime(byte[] b, int at) {
        return RtpBytes.i64(b, at);
    }

    /// The sender's estimate of its clock against the capturer's, in a 16-byte value.
    public static long absCaptureClockOffset(byte[] b, int at) {
        return RtpBytes.i64(b, at + 8);
    }

    /// Writes the capture time of an 8-byte value.
    public static void writeAbsCaptureTime(byte[] dst, int at, long ntp) {
        RtpBytes.put64(dst, at, ntp);
    }

    /// Writes the wanted bounds of playout delay, in steps of 10 ms up to 40950 ms.
    public static void writePlayoutDelay(byte[] dst, int at, int minMs, int maxMs) {
        RtpBytes.put24(dst, at, (playoutUnits(minMs) << 12) | playoutUnits(maxMs));
    }

    /// True when the value is that text; MID and RID are compared so, without a String.
    public static boolean matches(byte[] b, int at, int size, byte[] text) {
        return Arrays.equals(b, at, at + size, text, 0, text.length);
    }

    private static int playoutUnits(int ms) {
        return Math.clamp(ms / 10, 0, MAX_PLAYOUT_DELAY_UNITS);
    }
}

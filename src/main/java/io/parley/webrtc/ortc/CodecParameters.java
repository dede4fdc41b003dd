package io.parley.webrtc.ortc;

import java.util.Set;

/// One negotiated codec of a section. `rtxPayloadType` is [#NO_RTX] without RFC 4588
/// retransmission; `fmtp` may be empty.
public record CodecParameters(
        String mimeType,
        int payloadType,
        int rtxPayloadType,
        int clockRate,
        int channels,
        String fmtp,
        Set<RtcpFeedback> feedback) {
    public static final int NO_RTX = -1;

    public CodecParameters {
        feedback = Set.copyOf(feedback);
    }

    public boolean has(RtcpFeedback wanted) {
        return feedback.contains(wanted);
    }
}

package io.parley.room.negotiation;

import io.parley.webrtc.ortc.MediaKind;
import io.parley.webrtc.ortc.RtcpFeedback;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// How feedback is written in `a=rtcp-fb` (RFC 4585 §4.2), and which of it we take.
final class FeedbackNames {
    private FeedbackNames() {}

    static String name(RtcpFeedback feedback) {
        return switch (feedback) {
            case NACK -> "nack";
            case NACK_PLI -> "nack pli";
            case CCM_FIR -> "ccm fir";
            case GOOG_REMB -> "goog-remb";
            case TRANSPORT_CC -> "transport-cc";
        };
    }

    static Set<RtcpFeedback> parse(List<String> lines) {
        Set<RtcpFeedback> parsed = EnumSet.noneOf(RtcpFeedback.class);
        for (RtcpFeedback feedback : RtcpFeedback.values()) {
            if (lines.contains(name(feedback))) {
                parsed.add(feedback);
            }
        }
        return parsed;
    }

    /// For a section that we receive. Single connections carry REMB besides, because both
    /// directions share one list of codecs.
    static Set<RtcpFeedback> received(MediaKind kind, NegotiationSettings settings) {
        if (kind == MediaKind.AUDIO) {
            return EnumSet.of(RtcpFeedback.NACK);
        }
        Set<RtcpFeedback> feedback =
                EnumSet.of(
                        RtcpFeedback.TRANSPORT_CC,
                        RtcpFeedback.CCM_FIR,
                        RtcpFeedback.NACK,
                        RtcpFeedback.NACK_PLI);
        if (settings.singleConnection()) {
            feedback.add(RtcpFeedback.GOOG_REMB);
        }
        return feedback;
    }

    /// For a section that we send.
    static Set<RtcpFeedback> sent(MediaKind kind, NegotiationSettings settings) {
        if (kind == MediaKind.AUDIO) {
            return EnumSet.of(RtcpFeedback.NACK);
        }
        return EnumSet.of(
                RtcpFeedback.CCM_FIR,
                RtcpFeedback.NACK,
                RtcpFeedback.NACK_PLI,
                settings.sendSideBwe() ? RtcpFeedback.TRANSPORT_CC : RtcpFeedback.GOOG_REMB);
    }
}

package io.parley.room.negotiation;

import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import java.util.List;

/// What became of a client's answer.
public sealed interface AnswerOutcome {
    /// Unreadable, or it does not fit our offer. The offer stays in flight.
    record Malformed(String reason) implements AnswerOutcome {}

    /// It answers an older offer, or none; ignored.
    record Stale(int id) implements AnswerOutcome {}

    /// Applied. `sends` holds what became negotiated or changed; `unsupported` the tracks whose
    /// codec the client does not take (they keep their section until removed); `offerAgain` that
    /// something changed in the meantime.
    record Accepted(
            RemoteTransport remote,
            List<RtpSendParameters> sends,
            List<SendId> unsupported,
            boolean offerAgain)
            implements AnswerOutcome {
        public Accepted {
            sends = List.copyOf(sends);
            unsupported = List.copyOf(unsupported);
        }
    }
}

package io.parley.room.negotiation;

import io.parley.webrtc.ortc.RtpSendParameters;
import io.parley.webrtc.ortc.SendId;
import java.util.List;
import java.util.Map;

/// Our answer to a client's offer. `midToTrackId` is complete; `sends` holds what became negotiated
/// or changed with it; `unsupported` the tracks whose codec the client does not take: those are
/// given up.
public record Answer(
        String sdp,
        Map<String, String> midToTrackId,
        List<RtpSendParameters> sends,
        List<SendId> unsupported) {
    public Answer {
        midToTrackId = Map.copyOf(midToTrackId);
        sends = List.copyOf(sends);
        unsupported = List.copyOf(unsupported);
    }
}

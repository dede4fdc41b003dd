package io.parley.room.negotiation;

import java.util.List;

/// What rules the SDP of one peer connection. `sendSideBwe` chooses transport-wide congestion
/// control over REMB for what we send; `sessionId` is the random number of the `o=` line.
public record NegotiationSettings(
        List<EnabledCodec> publishCodecs,
        List<EnabledCodec> subscribeCodecs,
        ClientQuirks quirks,
        boolean singleConnection,
        boolean sendSideBwe,
        boolean playoutDelay,
        long sessionId) {
    /// The largest data channel message that we take, announced as `a=max-message-size`.
    public static final int MAX_MESSAGE_SIZE_BYTES = 65_535;

    public NegotiationSettings {
        publishCodecs = List.copyOf(publishCodecs);
        subscribeCodecs = List.copyOf(subscribeCodecs);
        if (sessionId < 0) {
            throw new IllegalArgumentException("sessionId is negative: " + sessionId);
        }
    }
}

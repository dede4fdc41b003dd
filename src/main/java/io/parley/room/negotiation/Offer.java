package io.parley.room.negotiation;

import io.parley.webrtc.ortc.IceParameters;
import java.util.Map;

/// Our offer. With `iceRestart` the peer has to be told `localIce` as its new credentials.
public record Offer(
        String sdp,
        int id,
        Map<String, String> midToTrackId,
        IceParameters localIce,
        boolean iceRestart) {
    public Offer {
        midToTrackId = Map.copyOf(midToTrackId);
    }
}
